package dev.parley.sfu.ice;

import java.util.random.RandomGenerator;

/**
 * One agent's user name fragment and password (RFC 8445 §5.3), in the characters and lengths of RFC 8839 §5.4.
 *
 * @param ufrag 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars; never printed
 */
public record IceCredentials(String ufrag, String password) {
    static final int MIN_UFRAG_CHARS = 4;
    static final int MIN_PASSWORD_CHARS = 22;
    static final int MAX_CHARS = 256;

    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    /** 48 bits: enough to tell a shard's peers apart, more than the 24 that RFC 8445 §5.3 asks for. */
    private static final int GENERATED_UFRAG_CHARS = 8;
    /** 144 bits; RFC 8445 §5.3 asks for 128. */
    private static final int GENERATED_PASSWORD_CHARS = 24;

    public IceCredentials {
        check("ufrag", ufrag, MIN_UFRAG_CHARS);
        check("password", password, MIN_PASSWORD_CHARS);
    }

    /** Fresh credentials; {@code random} must be a cryptographic one outside of tests. */
    public static IceCredentials generate(RandomGenerator random) {
        return new IceCredentials(text(random, GENERATED_UFRAG_CHARS), text(random, GENERATED_PASSWORD_CHARS));
    }

    /** Whether the constructor would take these, for callers whose input is not trusted. */
    public static boolean isValid(String ufrag, String password) {
        return isIceText(ufrag, MIN_UFRAG_CHARS) && isIceText(password, MIN_PASSWORD_CHARS);
    }

    static boolean isIceChar(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    }

    private static boolean isIceText(String text, int minChars) {
        return text.length() >= minChars
                && text.length() <= MAX_CHARS
                && text.chars().allMatch(IceCredentials::isIceChar);
    }

    private static void check(String name, String text, int minChars) {
        if (!isIceText(text, minChars)) {
            throw new IllegalArgumentException(name + " needs " + minChars + " to " + MAX_CHARS + " ice-chars");
        }
    }

    private static String text(RandomGenerator random, int chars) {
        StringBuilder text = new StringBuilder(chars);
        for (int i = 0; i < chars; i++) {
            text.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "IceCredentials[ufrag=" + ufrag + "]";
    }
}
