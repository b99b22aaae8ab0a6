package dev.parley.sfu.handshake;

import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** The choices of a DTLS-SRTP server (RFC 5764) for one handshake; owned by its virtual thread. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // BouncyCastle's signatures.
final class SrtpTlsServer extends AbstractTlsServer implements KeyedPeer {
    private final DtlsIdentity identity;
    private final Fingerprint remote;
    private @Nullable SrtpProfile profile;
    private boolean verified;
    private @Nullable SrtpKeys keys;

    SrtpTlsServer(DtlsIdentity identity, Fingerprint remote) {
        super(identity.crypto());
        this.identity = identity;
        this.remote = remote;
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
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true; // RFC 7627: without it the exported keys do not bind the handshake.
    }

    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false; // The fingerprint is the trust; who signed a self-signed certificate how says nothing.
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
    public void processClientExtensions(Hashtable clientExtensions) throws IOException {
        super.processClientExtensions(clientExtensions);
        UseSRTPData offered = clientExtensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
        profile = offered == null ? null : choose(offered.getProtectionProfiles());
        if (profile == null) {
            throw new TlsFatalAlert(
                    AlertDescription.handshake_failure, "the remote side offers no SRTP profile that we have");
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public Hashtable getServerExtensions() throws IOException {
        Hashtable extensions = super.getServerExtensions();
        if (profile != null) {
            TlsSRTPUtils.addUseSRTPExtension(
                    extensions, new UseSRTPData(new int[] {profile.id()}, TlsUtils.EMPTY_BYTES));
        }
        return extensions;
    }

    @Override
    public TlsCredentials getCredentials() {
        return identity.signer(context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, TlsUtils.getDefaultSupportedSignatureAlgorithms(context), null);
    }

    @Override
    public void notifyClientCertificate(Certificate clientCertificate) throws IOException {
        DtlsIdentity.verify(clientCertificate, remote);
        verified = true;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (!verified || profile == null) {
            throw new TlsFatalAlert(
                    AlertDescription.internal_error, "handshake complete without certificate or profile");
        }
        keys = DtlsIdentity.exportKeys(context, profile);
    }

    /** Our order decides, not the client's: Chromium puts AES-CM first, which costs more than twice as much. */
    private static @Nullable SrtpProfile choose(int[] offered) {
        for (SrtpProfile candidate : SrtpProfile.values()) {
            for (int id : offered) {
                if (id == candidate.id()) {
                    return candidate;
                }
            }
        }
        return null;
    }
}
