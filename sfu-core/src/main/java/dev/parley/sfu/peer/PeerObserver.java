package dev.parley.sfu.peer;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.RoomEvent;
import java.util.List;

/** What a peer tells its participant; called on the shard, and never while the peer's own state is half changed. */
public interface PeerObserver {
    void connectionChanged(ConnectionState state);

    void trackPublished(PublishedTrack track);

    void trackChanged(PublishedTrack track);

    /** The track has ended; its subscribers have been detached already. */
    void trackUnpublished(PublishedTrack track, long nowNs);

    /** A slot of this peer has lost its track, because the publisher ended it. */
    void slotEnded(Slot slot, TrackRouter track, long nowNs);

    /** What the slot's track is sent in was not negotiated for this slot, so none of it gets through. */
    void slotUndecodable(Slot slot, String codec);

    /** The server has stopped sending the slot's track, as the link does not carry it or there are too many; or goes on. */
    void slotPaused(Slot slot, boolean paused, boolean tooMany);

    /** The publisher need send only some encodings of a track, or more of them again. */
    void encodingsWanted(PublishedTrack track, List<RoomEvent.Encoding> encodings);

    /**
     * The level of an audio packet of this peer, in -dBov: 0 is loudest, 127 is silence (RFC 6464 §3).
     *
     * @return whether the packet is to be forwarded, or others are louder
     */
    boolean audioLevel(PublishedTrack track, int levelDbov, long nowNs);
}
