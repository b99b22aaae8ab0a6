package dev.parley.sfu.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed ECDSA P-256 certificate and its private key (RFC 8827 §6.5). Immutable; any thread may use it.
 *
 * <p>WebRTC trusts it by its fingerprint in SDP alone, so it names nobody and its dates are only formal.
 */
public final class DtlsCertificate {
    private static final X500Name NAME = new X500Name("CN=Parley");
    /** Clocks of clients run behind now and then. */
    private static final Duration VALID_BEFORE = Duration.ofDays(1);

    private static final Duration VALID_AFTER = Duration.ofDays(365);
    private static final int SERIAL_BITS = 64;

    private final PrivateKey privateKey;
    private final byte[] der;
    private final Fingerprint fingerprint;

    private DtlsCertificate(PrivateKey privateKey, byte[] der) {
        this.privateKey = privateKey;
        this.der = der;
        this.fingerprint = Fingerprint.of("sha-256", der);
    }

    /** A new key and certificate, valid for a year from {@code now}. */
    public static DtlsCertificate generate(SecureRandom random, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA")
                    .setSecureRandom(random)
                    .build(pair.getPrivate());
            X509v3CertificateBuilder certificate = new X509v3CertificateBuilder(
                    NAME,
                    new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS),
                    Date.from(now.minus(VALID_BEFORE)),
                    Date.from(now.plus(VALID_AFTER)),
                    NAME,
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
            return new DtlsCertificate(
                    pair.getPrivate(), certificate.build(signer).getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this Java runtime cannot make an ECDSA P-256 certificate", e);
        }
    }

    public PrivateKey privateKey() {
        return privateKey;
    }

    /** The certificate in DER; a copy. */
    public byte[] der() {
        return der.clone();
    }

    /** Its sha-256 fingerprint, for SDP. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }
}
