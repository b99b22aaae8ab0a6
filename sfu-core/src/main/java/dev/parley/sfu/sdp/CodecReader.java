package dev.parley.sfu.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers the payload types of one RTP section in the order of its {@code m=} line. Used by one thread. */
final class CodecReader {
    private static final int MAX_CLOCK_RATE = 1_000_000_000;

    /** What is over is ignored; browsers send six lines for a payload type, and wildcards multiply. */
    private static final int MAX_FEEDBACK = 32;

    private final Map<Integer, Payload> payloads = new LinkedHashMap<>();
    private final Set<String> wildcardFeedback = new LinkedHashSet<>();

    private static final class Payload {
        private String name = "";
        private int clockRate;
        private int channels = 1;
        private String fmtp = "";
        private final Set<String> feedback = new LinkedHashSet<>();
    }

    void formats(String formats, int line) throws SdpException {
        for (String format : formats.split(" +", -1)) {
            payloads.putIfAbsent(payloadType(format, line), new Payload());
        }
    }

    void rtpmap(String value, int line) throws SdpException {
        Payload payload = payloads.get(payloadType(SdpSyntax.before(value, ' '), line));
        String[] fields = SdpSyntax.after(value, ' ').strip().split("/", -1);
        if (fields.length < 2 || fields.length > 3 || !SdpSyntax.isToken(fields[0])) {
            throw SdpException.malformed(line, "a=rtpmap must have a payload type and name/clock-rate[/channels]");
        }
        int clockRate = (int) SdpSyntax.requireNumber(fields[1], 1, MAX_CLOCK_RATE, line, "a clock rate");
        int channels = fields.length == 3 ? (int) SdpSyntax.requireNumber(fields[2], 1, 255, line, "channels") : 1;
        // What is not on the m= line is not on offer, and the first of two is as good as the second.
        if (payload != null && payload.name.isEmpty()) {
            payload.name = fields[0];
            payload.clockRate = clockRate;
            payload.channels = channels;
        }
    }

    void fmtp(String value, int line) throws SdpException {
        Payload payload = payloads.get(payloadType(SdpSyntax.before(value, ' '), line));
        if (payload != null && payload.fmtp.isEmpty()) {
            payload.fmtp = SdpSyntax.after(value, ' ').strip();
        }
    }

    void feedback(String value, int line) throws SdpException {
        String target = SdpSyntax.before(value, ' ');
        String feedback = SdpSyntax.after(value, ' ').strip();
        if (target.equals("*")) {
            addFeedback(wildcardFeedback, feedback);
            return;
        }
        Payload payload = payloads.get(payloadType(target, line));
        if (payload != null) {
            addFeedback(payload.feedback, feedback);
        }
    }

    private static void addFeedback(Set<String> to, String feedback) {
        if (to.size() < MAX_FEEDBACK) {
            to.add(feedback);
        }
    }

    private static int payloadType(String text, int line) throws SdpException {
        return (int) SdpSyntax.requireNumber(text, 0, 127, line, "a payload type");
    }

    List<CodecDescription> finish() {
        List<CodecDescription> codecs = new ArrayList<>(payloads.size());
        payloads.forEach((payloadType, payload) -> {
            Set<String> feedback = new LinkedHashSet<>(payload.feedback);
            if (!payload.name.equalsIgnoreCase("rtx")) {
                feedback.addAll(wildcardFeedback);
            }
            codecs.add(new CodecDescription(
                    payloadType,
                    payload.name,
                    payload.clockRate,
                    payload.channels,
                    payload.fmtp,
                    List.copyOf(feedback)));
        });
        return codecs;
    }
}
