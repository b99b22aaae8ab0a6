package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's statistics say of its encoders (W3C webrtc-stats).
 *
 * @param availableBps the connection's estimate, 0 while there is none
 * @param sources what arrives in the video sections, by mid
 */
record EncoderStats(long availableBps, Map<String, Source> sources) {
    /** The size of what is decoded; 0 by 0 while nothing has come. */
    record Source(int widthPx, int heightPx) {
        static final Source UNKNOWN = new Source(0, 0);
    }

    EncoderStats {
        sources = Map.copyOf(sources);
    }

    /**
     * Reads them where a track received by one connection is sent by another, which has no size for a source of that kind.
     *
     * @param sending the statistics of the connection that encodes
     * @param receiving those of the connection that decodes, perhaps the same
     */
    static EncoderStats of(RTCStatsReport sending, RTCStatsReport receiving) {
        long availableBps = 0;
        for (RTCStats stats : sending.getStats().values()) {
            Map<String, Object> attributes = stats.getAttributes();
            if (stats.getType() == RTCStatsType.CANDIDATE_PAIR) {
                availableBps = Math.max(availableBps, number(attributes.get("availableOutgoingBitrate")));
            }
        }
        Map<String, Source> sources = new HashMap<>();
        for (RTCStats stats : receiving.getStats().values()) {
            Map<String, Object> attributes = stats.getAttributes();
            if (stats.getType() == RTCStatsType.INBOUND_RTP && "video".equals(attributes.get("kind"))) {
                sources.put(String.valueOf(attributes.get("mid")), source(attributes));
            }
        }
        return new EncoderStats(availableBps, sources);
    }

    private static Source source(Map<String, Object> attributes) {
        return new Source((int) number(attributes.get("frameWidth")), (int) number(attributes.get("frameHeight")));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** What arrives in the section of that name. */
    Source source(String mid) {
        return sources.getOrDefault(mid, Source.UNKNOWN);
    }
}
