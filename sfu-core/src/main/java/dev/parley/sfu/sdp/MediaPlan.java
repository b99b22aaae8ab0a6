package dev.parley.sfu.sdp;

/**
 * What we want of one media section of an offer.
 *
 * @param direction ours; the answer has less where the offer allows less
 * @param streamId the stream of what we send, for {@code a=msid}; an audio and a video section may share it
 * @param trackId the track of what we send; no two sections of an answer have both ids in common
 * @param ssrc of what we send; the same in every answer of a session
 * @param rtxSsrc of its retransmissions; 0 for none
 * @param cname the canonical name of what we send, one for each clock (RFC 3550 §6.5.1)
 */
public record MediaPlan(Direction direction, String streamId, String trackId, int ssrc, int rtxSsrc, String cname) {
    private static final MediaPlan RECEIVE = new MediaPlan(Direction.RECVONLY, "", "", 0, 0, "");

    public MediaPlan {
        if (direction.sends()) {
            requireToken("streamId", streamId);
            requireToken("trackId", trackId);
            requireToken("cname", cname);
        }
    }

    /** We only receive. */
    public static MediaPlan receive() {
        return RECEIVE;
    }

    /** We only send. */
    public static MediaPlan send(String streamId, String trackId, int ssrc, int rtxSsrc, String cname) {
        return new MediaPlan(Direction.SENDONLY, streamId, trackId, ssrc, rtxSsrc, cname);
    }

    private static void requireToken(String name, String value) {
        if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new IllegalArgumentException(name + " must be visible ASCII without spaces, got '" + value + "'");
        }
    }
}
