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
 * @param sources what feeds the video sections, by mid
 */
record EncoderStats(long availableBps, Map<String, Source> sources) {
    /** The size of what comes to an encoder; 0 by 0 while nothing has come. */
    record Source(int widthPx, int heightPx) {
        static final Source UNKNOWN = new Source(0, 0);
    }

    EncoderStats {
        sources = Map.copyOf(sources);
    }

    static EncoderStats of(RTCStatsReport report) {
        Map<String, RTCStats> all = report.getStats();
        Map<String, Source> sources = new HashMap<>();
        long availableBps = 0;
        for (RTCStats stats : all.values()) {
            Map<String, Object> attributes = stats.getAttributes();
            if (stats.getType() == RTCStatsType.CANDIDATE_PAIR) {
                availableBps = Math.max(availableBps, number(attributes.get("availableOutgoingBitrate")));
            } else if (stats.getType() == RTCStatsType.OUTBOUND_RTP && "video".equals(attributes.get("kind"))) {
                RTCStats source = all.get(String.valueOf(attributes.get("mediaSourceId")));
                if (source != null) {
                    sources.put(String.valueOf(attributes.get("mid")), source(source.getAttributes()));
                }
            }
        }
        return new EncoderStats(availableBps, sources);
    }

    private static Source source(Map<String, Object> attributes) {
        return new Source((int) number(attributes.get("width")), (int) number(attributes.get("height")));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** What feeds the section of that name. */
    Source source(String mid) {
        return sources.getOrDefault(mid, Source.UNKNOWN);
    }
}
