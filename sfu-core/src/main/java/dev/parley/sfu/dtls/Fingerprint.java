package dev.parley.sfu.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a certificate as the {@code a=fingerprint} attribute of SDP carries it (RFC 8122 §5). Immutable.
 *
 * <p>Left out: SHA-1 and what is older, which no browser sends any more.
 *
 * @param algorithm {@code sha-256}, {@code sha-384} or {@code sha-512}
 * @param value upper-case hexadecimal bytes joined by colons
 */
public record Fingerprint(String algorithm, String value) {
    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    public Fingerprint {
        algorithm = algorithm.toLowerCase(Locale.ROOT);
        value = value.toUpperCase(Locale.ROOT);
        if (!isValid(algorithm, value)) {
            throw new IllegalArgumentException("not a certificate fingerprint: " + algorithm + " " + value);
        }
    }

    /** Reads the attribute's value, such as {@code sha-256 AB:CD:…}; {@code null} when it is not one we can check. */
    public static @Nullable Fingerprint parse(String attribute) {
        String[] parts = attribute.strip().split("\\s+", -1);
        if (parts.length != 2 || !isValid(parts[0].toLowerCase(Locale.ROOT), parts[1].toUpperCase(Locale.ROOT))) {
            return null;
        }
        return new Fingerprint(parts[0], parts[1]);
    }

    /** The fingerprint of a certificate in DER. */
    public static Fingerprint of(String algorithm, byte[] certificateDer) {
        return new Fingerprint(algorithm, HEX.formatHex(digest(algorithm, certificateDer)));
    }

    /** Whether this is the fingerprint of that certificate. */
    public boolean matches(byte[] certificateDer) {
        return MessageDigest.isEqual(HEX.parseHex(value), digest(algorithm, certificateDer));
    }

    /** The form that SDP writes. */
    public String toSdp() {
        return algorithm + " " + value;
    }

    private static byte[] digest(String algorithm, byte[] certificateDer) {
        try {
            return MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT)).digest(certificateDer);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, e);
        }
    }

    private static boolean isValid(String algorithm, String value) {
        int bytes = switch (algorithm) {
            case "sha-256" -> 32;
            case "sha-384" -> 48;
            case "sha-512" -> 64;
            default -> 0;
        };
        if (bytes == 0 || value.length() != 3 * bytes - 1) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean expected = i % 3 == 2 ? c == ':' : (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
            if (!expected) {
                return false;
            }
        }
        return true;
    }
}
