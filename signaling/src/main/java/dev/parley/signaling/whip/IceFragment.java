package dev.parley.signaling.whip;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ICE part of session descriptions, as {@code application/trickle-ice-sdpfrag} (RFC 8840 §9) carries it. Reads the
 * credentials only: an ICE-lite agent has no use for candidates, since it learns addresses from checks.
 *
 * @param ufrag RFC 8839 §5.4, 4 to 256 characters
 * @param password RFC 8839 §5.4, 22 to 256 characters
 */
record IceFragment(String ufrag, String password) {
    static final String MEDIA_TYPE = "application/trickle-ice-sdpfrag";

    private static final String UFRAG = "a=ice-ufrag:";
    private static final String PASSWORD = "a=ice-pwd:";
    private static final String ICE_CHARS = "[A-Za-z0-9+/]";

    /** Lines of the answer that a client needs to reach the server's new ICE session. */
    private static final List<String> SESSION_LINES = List.of("a=ice-lite", "a=ice-options:", "a=group:BUNDLE");

    private static final List<String> MEDIA_LINES = List.of("a=mid:", "a=candidate:", "a=end-of-candidates");

    /** The first credentials of a fragment or of a whole description; null if it has none that are well formed. */
    static @Nullable IceFragment parse(String sdp) {
        String ufrag = value(sdp, UFRAG);
        String password = value(sdp, PASSWORD);
        if (ufrag == null
                || password == null
                || !ufrag.matches(ICE_CHARS + "{4,256}")
                || !password.matches(ICE_CHARS + "{22,256}")) {
            return null;
        }
        return new IceFragment(ufrag, password);
    }

    private static @Nullable String value(String sdp, String prefix) {
        return sdp.lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .map(line -> line.substring(prefix.length()).strip())
                .orElse(null);
    }

    /** {@code offer} with these credentials wherever it had others: an offer that restarts ICE and nothing else. */
    String restart(String offer) {
        StringBuilder restarted = new StringBuilder(offer.length() + 64);
        offer.lines().forEach(line -> {
            if (line.startsWith(UFRAG)) {
                restarted.append(UFRAG).append(ufrag);
            } else if (line.startsWith(PASSWORD)) {
                restarted.append(PASSWORD).append(password);
            } else {
                restarted.append(line);
            }
            restarted.append("\r\n");
        });
        return restarted.toString();
    }

    /** The fragment that tells the client of an answer's ICE session (RFC 9725 §4.3.3). */
    static String of(String answer) {
        StringBuilder session = new StringBuilder();
        StringBuilder media = new StringBuilder();
        int sections = 0;
        for (String line : answer.lines().toList()) {
            if (line.startsWith("m=")) {
                sections++;
            }
            boolean isCredential = line.startsWith(UFRAG) || line.startsWith(PASSWORD);
            if (sections == 0 && (isCredential || startsWithAny(line, SESSION_LINES))) {
                session.append(line).append("\r\n");
            } else if (sections == 1 && (line.startsWith("m=") || isCredential || startsWithAny(line, MEDIA_LINES))) {
                // All sections share the transport of the first, which BUNDLE names.
                media.append(line).append("\r\n");
            }
        }
        return session.append(media).toString();
    }

    private static boolean startsWithAny(String line, List<String> prefixes) {
        return prefixes.stream().anyMatch(line::startsWith);
    }
}
