package dev.parley.benchmarks.load.media;

/**
 * A frame as an encoder gave it; with SVC, the part of one spatial layer.
 *
 * @param timeTicks when it is due, from the clip's beginning, in ticks of the clip's clock
 * @param keyframe whether a decoder can begin here; always true for audio
 * @param spatialId with SVC the spatial layer, else 0
 * @param temporalId 0 to 3
 * @param interPicture whether it refers to an earlier picture (P of RFC 9628 §4.2)
 * @param interLayer whether it refers to the spatial layer below of the same picture (D of RFC 9628 §4.2)
 * @param switchingUp whether a receiver can go up to its temporal layer here (Y of RFC 7741, U of RFC 9628)
 * @param lastOfPicture whether no further spatial layer of the same time follows: its last packet has the marker
 * @param dependencyDescriptor the header extension of the frame's first packet as the encoder's side wrote it (AV1 RTP
 *     specification §A.8), or empty; the frame number and the start and end bits are written anew
 * @param data VP8, VP9: the frame; H264: an access unit in Annex B form; AV1: OBUs with sizes, without temporal
 *     delimiter; Opus: one packet
 */
@SuppressWarnings("ArrayRecordComponent") // Shared on purpose: a clip is large, and nobody compares frames.
public record EncodedFrame(
        int timeTicks,
        boolean keyframe,
        int spatialId,
        int temporalId,
        boolean interPicture,
        boolean interLayer,
        boolean switchingUp,
        boolean lastOfPicture,
        byte[] dependencyDescriptor,
        byte[] data) {
    private static final int MAX_SPATIAL_ID = 7;
    private static final int MAX_TEMPORAL_ID = 7;

    public EncodedFrame {
        if (timeTicks < 0 || data.length == 0) {
            throw new IllegalArgumentException("a frame has a time of 0 or more and some data");
        }
        if (spatialId < 0 || spatialId > MAX_SPATIAL_ID || temporalId < 0 || temporalId > MAX_TEMPORAL_ID) {
            throw new IllegalArgumentException("no such layer: spatial " + spatialId + ", temporal " + temporalId);
        }
    }

    /** A frame without layers or descriptor. */
    public static EncodedFrame plain(int timeTicks, boolean keyframe, byte[] data) {
        return new EncodedFrame(timeTicks, keyframe, 0, 0, !keyframe, false, false, true, new byte[0], data);
    }
}
