package dev.parley.sfu.handshake;

import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/**
 * What both roles of DTLS-SRTP share: our certificate, how the other's is trusted, what is negotiated, and the export
 * of SRTP keys. Immutable; any thread.
 */
record DtlsIdentity(JcaTlsCrypto crypto, DtlsCertificate certificate, DtlsLimits limits) {
    /** A self-signed certificate stands alone; some stacks send an issuer with it. */
    static final int MAX_CHAIN_LENGTH = 4;

    /** RFC 8827 §6.5 asks for the first; all are ECDHE with AEAD, for our ECDSA certificate. */
    static int[] cipherSuites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        };
    }

    /** DTLS 1.2 alone: 1.0 is forbidden (RFC 8996), and BouncyCastle has no 1.3. */
    static ProtocolVersion[] versions() {
        return ProtocolVersion.DTLSv12.only();
    }

    TlsCredentialedSigner signer(TlsContext context) {
        TlsCertificate[] chain = {certificateForTls()};
        return new JcaDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                certificate.privateKey(),
                new Certificate(chain),
                SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    }

    /** Ends the handshake unless the remote certificate is the one that SDP announced (RFC 8122 §6.2). */
    static void verify(Certificate remote, Fingerprint expected) throws IOException {
        if (remote.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "the remote side sent no certificate");
        }
        if (!expected.matches(remote.getCertificateAt(0).getEncoded())) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate,
                    "the remote certificate does not have the fingerprint of the SDP");
        }
    }

    /** The exporter of RFC 5764 §4.2; call it when the handshake is complete and its secrets are still there. */
    static SrtpKeys exportKeys(TlsContext context, SrtpProfile profile) {
        byte[] material = context.exportKeyingMaterial(SrtpKeys.EXPORTER_LABEL, null, SrtpKeys.materialLength(profile));
        try {
            return SrtpKeys.fromMaterial(profile, material);
        } finally {
            Arrays.fill(material, (byte) 0);
        }
    }

    int timeLimitMs() {
        return toIntMillis(limits.timeLimit());
    }

    int initialResendMs() {
        return toIntMillis(limits.initialResend());
    }

    private TlsCertificate certificateForTls() {
        try {
            return crypto.createCertificate(certificate.der());
        } catch (IOException e) {
            throw new IllegalStateException("our own certificate does not parse", e);
        }
    }

    private static int toIntMillis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }
}
