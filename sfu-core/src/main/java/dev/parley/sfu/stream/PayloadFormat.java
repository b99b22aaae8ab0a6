package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.Codec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One payload format as it was negotiated with one peer.
 *
 * @param payloadType 0 to 127
 * @param rtxPayloadType that of its retransmissions (RFC 4588), or -1 without them
 * @param variant what distinguishes formats of one codec: see {@link #of}
 */
public record PayloadFormat(int payloadType, int rtxPayloadType, Codec codec, int clockRateHz, String variant) {
    /**
     * A format from its SDP format parameters. The variant holds those that decide whether a decoder understands the
     * stream: for H264 the packetization mode and the profile (RFC 6184 §8.1), VP9 the profile id, AV1 the profile. For
     * redundant audio they are the payload types of its blocks (RFC 2198 §5), as those are written into the payload.
     */
    public static PayloadFormat of(
            int payloadType, int rtxPayloadType, Codec codec, int clockRateHz, Map<String, String> parameters) {
        String variant = switch (codec) {
            case H264 -> {
                String profile = parameters.getOrDefault("profile-level-id", "42000a");
                yield parameters.getOrDefault("packetization-mode", "0")
                        + ":"
                        + profile.substring(0, Math.min(4, profile.length())).toLowerCase(Locale.ROOT);
            }
            case VP9 -> parameters.getOrDefault("profile-id", "0");
            case AV1 -> parameters.getOrDefault("profile", "0");
            case RED ->
                Arrays.stream(parameters.getOrDefault("", "").split("/", -1))
                        .map(String::strip)
                        .distinct()
                        .collect(Collectors.joining("/"));
            case OPUS, G722, PCMU, PCMA, VP8, RTX, ULPFEC, FLEXFEC -> "";
        };
        return new PayloadFormat(payloadType, rtxPayloadType, codec, clockRateHz, variant);
    }

    /** Whether the two are the same format, whatever their payload types. */
    boolean isSameAs(PayloadFormat other) {
        return codec == other.codec && clockRateHz == other.clockRateHz && variant.equals(other.variant);
    }

    /**
     * Whether a receiver of this format can decode what was sent as {@code source} although the two differ: H264 of the
     * same profile_idc, since browsers accept all of its constraint flags, and of no higher packetization mode.
     */
    boolean isCompatibleWith(PayloadFormat source) {
        return codec == Codec.H264
                && source.codec == Codec.H264
                && variant.length() == 6
                && source.variant.length() == 6
                && variant.charAt(0) >= source.variant.charAt(0)
                && variant.regionMatches(2, source.variant, 2, 2);
    }

    /** Whether it is what blocks of redundant audio hold, so that their primary can be sent in it (RFC 2198 §3). */
    boolean isPrimaryOf(PayloadFormat source) {
        return source.codec == Codec.RED && codec == Codec.OPUS && clockRateHz == source.clockRateHz;
    }
}
