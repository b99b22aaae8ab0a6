package dev.parley.sfu.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");
    private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom(), NOW);

    @Test
    void readsWhatItWrites() {
        Fingerprint fingerprint = CERTIFICATE.fingerprint();

        assertEquals(fingerprint, Fingerprint.parse(fingerprint.toSdp()));
        assertEquals("sha-256", fingerprint.algorithm());
        assertEquals(95, fingerprint.value().length());
    }

    @Test
    void readsAnyCaseAndSpacing() {
        String sdp = CERTIFICATE.fingerprint().toSdp();

        assertEquals(CERTIFICATE.fingerprint(), Fingerprint.parse(" " + sdp.toLowerCase(Locale.ROOT) + " "));
        assertEquals(CERTIFICATE.fingerprint(), Fingerprint.parse("SHA-256  " + sdp.substring(8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha-256",
                "sha-256 ",
                "sha-256 AB:CD",
                "sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33",
                "md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
                "sha-256 zz"
            })
    void refusesWhatItCannotCheck(String attribute) {
        assertNull(Fingerprint.parse(attribute));
    }

    @Test
    void refusesEachTruncationAndEachWrongCharacter() {
        String sdp = CERTIFICATE.fingerprint().toSdp();
        for (int i = 0; i < sdp.length(); i++) {
            assertNull(Fingerprint.parse(sdp.substring(0, i)), "length " + i);
            assertNull(Fingerprint.parse(sdp.substring(0, i) + "x" + sdp.substring(i + 1)), "character " + i);
        }
        assertNull(Fingerprint.parse(sdp + ":00"));
        assertThrows(IllegalArgumentException.class, () -> new Fingerprint("sha-256", "AB"));
    }

    @Test
    void matchesItsCertificateAloneInEachAlgorithm() {
        byte[] other = DtlsCertificate.generate(new SecureRandom(), NOW).der();
        for (String algorithm : new String[] {"sha-256", "sha-384", "sha-512"}) {
            Fingerprint fingerprint = Fingerprint.of(algorithm, CERTIFICATE.der());
            assertTrue(fingerprint.matches(CERTIFICATE.der()));
            assertFalse(fingerprint.matches(other));
        }
    }

    @Test
    void certificateIsSelfSignedOnP256AndValidNow() throws Exception {
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(CERTIFICATE.der()));

        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(Date.from(NOW));
        assertEquals("SHA256withECDSA", certificate.getSigAlgName());
        assertEquals(
                256,
                ((ECPublicKey) certificate.getPublicKey())
                        .getParams()
                        .getCurve()
                        .getField()
                        .getFieldSize());
        assertNotEquals(
                CERTIFICATE.fingerprint(),
                DtlsCertificate.generate(new SecureRandom(), NOW).fingerprint());
    }
}
