package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What libwebrtc knows of a connection, in the words of the W3C's <i>Identifiers for WebRTC's Statistics API</i>.
 *
 * @param roundTripMs of the last ICE check; 0 before there was one
 * @param availableOutgoingBps what it thinks the path takes; 0 if it does not know
 * @param sent what is sent, an entry for each simulcast layer
 * @param received what is received, an entry for each section
 */
public record NativeStats(double roundTripMs, double availableOutgoingBps, List<Sent> sent, List<Received> received) {
    public NativeStats {
        sent = List.copyOf(sent);
        received = List.copyOf(received);
    }

    /**
     * A stream that is sent.
     *
     * @param mid its media section, as in {@code TrackInfo}
     * @param rid its simulcast layer; empty without simulcast
     * @param codec such as {@code VP8}; empty while nothing is sent
     * @param qualityLimitation {@code none}, {@code cpu}, {@code bandwidth} or {@code other}; empty for audio
     */
    public record Sent(
            String mid,
            String rid,
            String codec,
            long bytes,
            long framesEncoded,
            int widthPx,
            int heightPx,
            double framesPerSecond,
            String qualityLimitation) {}

    /**
     * A stream that is received.
     *
     * @param mid its media section, which is a slot
     * @param packetsLost may fall, when late packets come
     * @param freezes how often a picture stood
     * @param concealedSamples samples made up for lost ones
     * @param jitterBufferSeconds how long frames or samples have waited in the jitter buffer, added up
     * @param jitterBufferFrames how many that were: frames of video, samples of audio
     */
    public record Received(
            String mid,
            String codec,
            long bytes,
            long packetsLost,
            long framesDecoded,
            int widthPx,
            int heightPx,
            double framesPerSecond,
            long freezes,
            long keyframeRequests,
            long samples,
            long concealedSamples,
            double jitterBufferSeconds,
            long jitterBufferFrames) {}

    static NativeStats of(RTCStatsReport report) {
        Map<String, RTCStats> all = report.getStats();
        List<Sent> sent = new ArrayList<>();
        List<Received> received = new ArrayList<>();
        double roundTripMs = 0;
        double availableBps = 0;
        for (RTCStats one : all.values()) {
            Attributes has = new Attributes(one.getAttributes());
            if (one.getType() == RTCStatsType.OUTBOUND_RTP) {
                sent.add(sent(has, all));
            } else if (one.getType() == RTCStatsType.INBOUND_RTP) {
                received.add(received(has, all));
            } else if (one.getType() == RTCStatsType.CANDIDATE_PAIR && has.isTrue("nominated")) {
                roundTripMs = has.number("currentRoundTripTime") * 1_000;
                availableBps = has.number("availableOutgoingBitrate");
            }
        }
        sent.sort(Comparator.comparing(Sent::mid).thenComparing(Sent::rid));
        received.sort(Comparator.comparing(Received::mid));
        return new NativeStats(roundTripMs, availableBps, sent, received);
    }

    private static Sent sent(Attributes has, Map<String, RTCStats> all) {
        return new Sent(
                has.text("mid"),
                has.text("rid"),
                codec(has, all),
                has.whole("bytesSent"),
                has.whole("framesEncoded"),
                (int) has.whole("frameWidth"),
                (int) has.whole("frameHeight"),
                has.number("framesPerSecond"),
                has.text("qualityLimitationReason"));
    }

    private static Received received(Attributes has, Map<String, RTCStats> all) {
        return new Received(
                has.text("mid"),
                codec(has, all),
                has.whole("bytesReceived"),
                has.whole("packetsLost"),
                has.whole("framesDecoded"),
                (int) has.whole("frameWidth"),
                (int) has.whole("frameHeight"),
                has.number("framesPerSecond"),
                has.whole("freezeCount"),
                has.whole("pliCount"),
                has.whole("totalSamplesReceived"),
                has.whole("concealedSamples"),
                has.number("jitterBufferDelay"),
                has.whole("jitterBufferEmittedCount"));
    }

    private static String codec(Attributes has, Map<String, RTCStats> all) {
        RTCStats codec = all.get(has.text("codecId"));
        if (codec == null) {
            return "";
        }
        String mimeType = new Attributes(codec.getAttributes()).text("mimeType");
        return mimeType.substring(mimeType.indexOf('/') + 1);
    }

    /** Attributes, of which any may be missing. */
    private record Attributes(Map<String, Object> values) {
        String text(String name) {
            return values.get(name) instanceof String text ? text : "";
        }

        double number(String name) {
            return values.get(name) instanceof Number number ? number.doubleValue() : 0;
        }

        long whole(String name) {
            return values.get(name) instanceof Number number ? number.longValue() : 0;
        }

        boolean isTrue(String name) {
            return values.get(name) instanceof Boolean bool && bool;
        }
    }
}
