package dev.parley.sfu.handshake;

import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** The choices of a DTLS-SRTP client (RFC 5764) for one handshake; owned by its virtual thread. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // BouncyCastle's signatures.
final class SrtpTlsClient extends AbstractTlsClient implements KeyedPeer {
    private final DtlsIdentity identity;
    private final Fingerprint remote;
    private final List<SrtpProfile> offered;
    private @Nullable SrtpProfile profile;
    private @Nullable SrtpKeys keys;

    SrtpTlsClient(DtlsIdentity identity, Fingerprint remote, List<SrtpProfile> offered) {
        super(identity.crypto());
        this.identity = identity;
        this.remote = remote;
        this.offered = offered;
    }

    @Override
    public @Nullable SrtpKeys keys() {
        return keys;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return DtlsIdentity.versions();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return DtlsIdentity.cipherSuites();
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    public int getMaxCertificateChainLength() {
        return DtlsIdentity.MAX_CHAIN_LENGTH;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return identity.timeLimitMs();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return identity.initialResendMs();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        int[] profiles = offered.stream().mapToInt(SrtpProfile::id).toArray();
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(profiles, TlsUtils.EMPTY_BYTES));
        return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable serverExtensions) throws IOException {
        super.processServerExtensions(serverExtensions);
        UseSRTPData chosen = serverExtensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(serverExtensions);
        int[] ids = chosen == null ? new int[0] : chosen.getProtectionProfiles();
        SrtpProfile candidate = ids.length == 1 ? SrtpProfile.fromId(ids[0]) : null;
        if (candidate == null || !offered.contains(candidate)) {
            throw new TlsFatalAlert(
                    AlertDescription.illegal_parameter, "the server chose no SRTP profile of those offered");
        }
        profile = candidate;
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                DtlsIdentity.verify(certificate.getCertificate(), remote);
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) {
                return identity.signer(context);
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (profile == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error, "handshake complete without profile");
        }
        keys = DtlsIdentity.exportKeys(context, profile);
    }
}
