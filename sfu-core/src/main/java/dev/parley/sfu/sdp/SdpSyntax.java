package dev.parley.sfu.sdp;

import org.jspecify.annotations.Nullable;

/** The small words of SDP's grammar (RFC 8866 §9): numbers, tokens and what is fit to be echoed. */
final class SdpSyntax {
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`{|}~";

    private SdpSyntax() {}

    /** Reads a number of decimal digits from {@code min} to {@code max}; -1 if it is none. */
    static long number(String text, long min, long max) {
        if (text.isEmpty() || text.length() > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = 10 * value + (c - '0');
        }
        return value < min || value > max ? -1 : value;
    }

    static long requireNumber(String text, long min, long max, int line, String what) throws SdpException {
        long value = number(text, min, max);
        if (value < 0) {
            throw SdpException.malformed(line, what + " must be a number from " + min + " to " + max);
        }
        return value;
    }

    /** Reads a 64-bit unsigned number, as session ids are; null if it is none. */
    static @Nullable Long unsigned64(String text) {
        if (text.isEmpty() || text.startsWith("+")) {
            return null;
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Whether {@code text} is a token of RFC 8866 §9. */
    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && TOKEN_SYMBOLS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether {@code text} is a rid (RFC 8851 §10); RFC 8852 gives it no underscore, but browsers allow it. */
    static boolean isRid(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && c != '-' && c != '_') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 255;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** The part of {@code text} before the first {@code separator}, or all of it. */
    static String before(String text, char separator) {
        int at = text.indexOf(separator);
        return at < 0 ? text : text.substring(0, at);
    }

    /** The part of {@code text} after the first {@code separator}, or nothing. */
    static String after(String text, char separator) {
        int at = text.indexOf(separator);
        return at < 0 ? "" : text.substring(at + 1);
    }
}
