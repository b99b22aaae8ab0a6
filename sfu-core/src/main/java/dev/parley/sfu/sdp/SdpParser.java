package dev.parley.sfu.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a description line by line (RFC 8866 §5): strict in what it uses, deaf to what it does not know. Leaves out
 * session-level {@code a=extmap} and everything about time, bandwidth, contact and encryption keys. Used by one thread.
 */
final class SdpParser {
    /** Longest line; browsers stay under 500. */
    static final int MAX_LINE_LENGTH = 8 * 1024;

    /** Most media sections, whoever asks. */
    static final int MAX_SECTIONS = 1024;

    private final TransportReader transport = new TransportReader();
    private final List<List<String>> bundles = new ArrayList<>();
    private final List<MediaSectionReader> sections = new ArrayList<>();
    private @Nullable Long sessionId;
    private @Nullable Long sessionVersion;
    private @Nullable Direction direction;
    private boolean iceLite;
    private boolean extensionsMixed;
    private int line;

    private SdpParser() {}

    static SessionDescription parse(String sdp) throws SdpException {
        if (sdp.length() > SessionDescription.MAX_LENGTH) {
            throw SdpException.unsupported(
                    0, "the description is longer than " + SessionDescription.MAX_LENGTH + " characters");
        }
        SdpParser parser = new SdpParser();
        int start = 0;
        while (start < sdp.length()) {
            int end = sdp.indexOf('\n', start);
            int next = end < 0 ? sdp.length() : end;
            int last = next > start && sdp.charAt(next - 1) == '\r' ? next - 1 : next;
            parser.line++;
            parser.line(sdp.substring(start, last));
            start = next + 1;
        }
        return parser.finish();
    }

    private void line(String text) throws SdpException {
        if (text.isEmpty()) {
            return;
        }
        checkCharacters(text);
        if (text.length() < 2 || text.charAt(1) != '=') {
            throw SdpException.malformed(line, "a line must start with a letter and '='");
        }
        char type = text.charAt(0);
        String value = text.substring(2);
        if ((line == 1) != (type == 'v')) {
            throw SdpException.malformed(line, "the first line, and no other, must be v=");
        }
        switch (type) {
            case 'v' -> version(value);
            case 'o' -> origin(value);
            case 'm' -> media(value);
            case 'a' -> attribute(SdpSyntax.before(value, ':'), SdpSyntax.after(value, ':'));
            default -> {
                // s=, t=, c=, b= and what later versions may bring say nothing that an SFU behind ICE needs.
            }
        }
    }

    private void checkCharacters(String text) throws SdpException {
        if (text.length() > MAX_LINE_LENGTH) {
            throw SdpException.unsupported(line, "the line is longer than " + MAX_LINE_LENGTH + " characters");
        }
        if (text.indexOf('\0') >= 0 || text.indexOf('\r') >= 0) {
            throw SdpException.malformed(line, "a NUL or a lone CR stands in the line");
        }
    }

    private void version(String value) throws SdpException {
        if (!value.equals("0")) {
            throw SdpException.unsupported(line, "the version of SDP must be 0");
        }
    }

    private void origin(String value) throws SdpException {
        String[] fields = value.split(" ", -1);
        if (fields.length == 6) {
            sessionId = SdpSyntax.unsigned64(fields[1]);
            sessionVersion = SdpSyntax.unsigned64(fields[2]);
        }
        if (sessionId == null || sessionVersion == null) {
            throw SdpException.malformed(line, "o= must have six fields, with numbers for session id and version");
        }
    }

    private void media(String value) throws SdpException {
        if (sections.size() == MAX_SECTIONS) {
            throw SdpException.unsupported(line, "the description has more than " + MAX_SECTIONS + " media sections");
        }
        sections.add(MediaSectionReader.begin(value, line));
    }

    private void attribute(String name, String value) throws SdpException {
        if (!sections.isEmpty()) {
            sections.getLast().attribute(name, value, line);
        } else if (!transport.accept(name, value, line)) {
            sessionAttribute(name, value);
        }
    }

    private void sessionAttribute(String name, String value) {
        switch (name) {
            case "group" -> group(value);
            case "ice-lite" -> iceLite = true;
            case "extmap-allow-mixed" -> extensionsMixed = true;
            default -> {
                Direction found = Direction.fromSdp(name);
                direction = found == null ? direction : found;
            }
        }
    }

    private void group(String value) {
        List<String> words = List.of(value.strip().split(" +", -1));
        if (words.getFirst().equals("BUNDLE")) {
            bundles.add(words.subList(1, words.size()));
        }
    }

    private SessionDescription finish() throws SdpException {
        if (line == 0) {
            throw SdpException.malformed(0, "the description is empty");
        }
        if (sessionId == null || sessionVersion == null) {
            throw SdpException.malformed(0, "o= is missing");
        }
        List<MediaSection> finished = new ArrayList<>(sections.size());
        Set<String> mids = new HashSet<>();
        for (MediaSectionReader reader : sections) {
            MediaSection section = reader.finish(direction, extensionsMixed);
            if (!section.mid().isEmpty() && !mids.add(section.mid())) {
                throw SdpException.malformed(section.line(), "two sections have the mid " + section.mid());
            }
            finished.add(section);
        }
        return new SessionDescription(
                sessionId, sessionVersion, iceLite, extensionsMixed, bundles, transport.finish(), finished);
    }
}
