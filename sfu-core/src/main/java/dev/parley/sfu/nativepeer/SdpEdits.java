package dev.parley.sfu.nativepeer;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be changed in libwebrtc's descriptions by text, since it can be told by no call: names of sections, addresses
 * and layers.
 */
final class SdpEdits {
    private static final String MID = "a=mid:";
    private static final String BUNDLE = "a=group:BUNDLE";
    private static final String CANDIDATE = "a=candidate:";
    private static final Pattern SPACE = Pattern.compile(" ");

    /** RFC 8839 §5.1: foundation, component, transport, priority, address, port, typ, type. */
    private static final int CANDIDATE_ADDRESS = 4;

    private static final int CANDIDATE_FIELDS = 8;

    private SdpEdits() {}

    /**
     * Gives the sections of an offer other names, so that a section is called the same on both sides of a native peer.
     * libwebrtc takes such an offer as its local description: it tells its own sections apart by their place.
     *
     * @param mids the names in the order of the sections
     */
    static String rename(String offer, List<String> mids) {
        StringBuilder renamed = new StringBuilder(offer.length());
        Iterator<String> next = mids.iterator();
        lines(offer, line -> {
            if (line.startsWith(BUNDLE)) {
                renamed.append(BUNDLE).append(' ').append(String.join(" ", mids));
            } else if (line.startsWith(MID)) {
                renamed.append(MID).append(next.next());
            } else {
                renamed.append(line);
            }
            renamed.append("\r\n");
        });
        if (next.hasNext()) {
            throw new IllegalArgumentException("the offer has fewer sections than " + mids);
        }
        return renamed.toString();
    }

    /**
     * Puts other addresses into a description's candidates: each candidate once for each of {@code addresses} of its own
     * family, with its own port. Candidates of the other family are left out.
     *
     * @param addresses what to be reached at; as it is, if empty
     */
    static String announce(String sdp, List<String> addresses) {
        if (addresses.isEmpty()) {
            return sdp;
        }
        StringBuilder announced = new StringBuilder(sdp.length());
        // Several interfaces of a family each have a candidate and a port; the address in front leads to all of them.
        lines(sdp, line -> {
            String[] fields = line.startsWith(CANDIDATE) ? SPACE.split(line) : new String[0];
            if (fields.length < CANDIDATE_FIELDS) {
                announced.append(line).append("\r\n");
                return;
            }
            boolean sixth = isSixth(fields[CANDIDATE_ADDRESS]);
            for (String address : addresses) {
                if (isSixth(address) == sixth) {
                    fields[CANDIDATE_ADDRESS] = address;
                    announced.append(String.join(" ", fields)).append("\r\n");
                }
            }
        });
        return announced.toString();
    }

    private static boolean isSixth(String address) {
        return address.indexOf(':') >= 0;
    }

    /** Whether a description has a candidate at all. */
    static boolean hasCandidate(String sdp) {
        return sdp.contains("\r\n" + CANDIDATE);
    }

    /** The UDP port of the first candidate, or -1. */
    static int candidatePort(String sdp) {
        Matcher port = Pattern.compile("\\r\\na=candidate:\\S+ \\d+ udp \\d+ \\S+ (\\d+) ")
                .matcher(sdp);
        return port.find() ? Integer.parseInt(port.group(1)) : -1;
    }

    /**
     * Accepts the last layer of a simulcast offer in libwebrtc's answer, which accepts none, and has the others paused (RFC
     * 8853 §5.1). A browser whose layers are all refused sends the first that it named, which for most is the smallest.
     *
     * @param mid the section
     * @param rids its layers in the offer's order
     */
    static String acceptLastLayer(String answer, String mid, List<String> rids) {
        StringBuilder accepted = new StringBuilder(answer.length() + 64);
        lines(answer, line -> {
            accepted.append(line).append("\r\n");
            if (line.equals(MID + mid)) {
                rids.forEach(rid -> accepted.append("a=rid:").append(rid).append(" recv\r\n"));
                accepted.append("a=simulcast:recv ");
                for (int i = 0; i < rids.size() - 1; i++) {
                    accepted.append('~').append(rids.get(i)).append(';');
                }
                accepted.append(rids.getLast()).append("\r\n");
            }
        });
        return accepted.toString();
    }

    private static void lines(String sdp, Consumer<String> taker) {
        sdp.lines().filter(line -> !line.isEmpty()).forEach(taker);
    }
}
