package dev.parley.sfu.sdp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One payload type of a media section: its {@code a=rtpmap}, {@code a=fmtp} and {@code a=rtcp-fb} lines.
 *
 * @param payloadType 0 to 127
 * @param name as written in {@code a=rtpmap}; empty for a static payload type without one
 * @param clockRate in Hz; 0 without {@code a=rtpmap}
 * @param channels 1 unless {@code a=rtpmap} says more
 * @param fmtp the format's parameters as written; empty without {@code a=fmtp}
 * @param feedback the values of {@code a=rtcp-fb} (RFC 4585 §4.2), such as {@code nack pli}, wildcards resolved
 */
public record CodecDescription(
        int payloadType, String name, int clockRate, int channels, String fmtp, List<String> feedback) {
    public CodecDescription {
        feedback = List.copyOf(feedback);
    }

    boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }

    /** The parameters of {@link #fmtp()} by lower-case name; one without {@code =} has an empty name. */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : fmtp.split(";", -1)) {
            String parameter = part.strip();
            if (parameter.isEmpty()) {
                continue;
            }
            int equals = parameter.indexOf('=');
            String key =
                    equals < 0 ? "" : parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            parameters.putIfAbsent(key, parameter.substring(equals + 1).strip());
        }
        return parameters;
    }
}
