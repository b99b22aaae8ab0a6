package dev.parley.sfu;

import java.util.List;

/**
 * The answer to an {@link Offer}.
 *
 * @param sdp the answer (RFC 9429), complete: ICE-lite candidates included, so nothing trickles
 * @param published the participant's tracks, one for each sending section that was accepted
 * @param slots the receiving sections that were accepted, in the order of the offer
 */
public record Answer(String sdp, List<TrackInfo> published, List<Slot> slots) {
    public Answer {
        published = List.copyOf(published);
        slots = List.copyOf(slots);
    }

    /**
     * One receiving media section of the client.
     *
     * @param mid its media section, which is the slot's name
     * @param streamId the {@code a=msid} stream that an audio and a video slot share
     */
    public record Slot(String mid, MediaKind kind, String streamId) {}
}
