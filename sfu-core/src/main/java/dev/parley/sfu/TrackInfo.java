package dev.parley.sfu;

import java.util.List;

/**
 * One published track as the room sees it.
 *
 * @param id the server's id, {@code TR_…}
 * @param clientTrackId the publisher's own id of the track, from its {@code a=msid}
 * @param mid the publisher's media section
 * @param codec the codec's name as in SDP, such as {@code VP8} or {@code opus}
 * @param rids the simulcast layers in the order offered; empty for a single stream
 * @param muted whether the publisher says that it sends nothing worth showing
 */
public record TrackInfo(
        String id,
        String clientTrackId,
        String mid,
        MediaKind kind,
        TrackSource source,
        String codec,
        List<String> rids,
        boolean muted) {
    public TrackInfo {
        rids = List.copyOf(rids);
    }
}
