package dev.parley.sfu.room;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.peer.MediaPipe;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerObserver;
import dev.parley.sfu.peer.ReplicaDirectory;
import java.util.random.RandomGenerator;

/** What a room, or one of its segments, needs of the shard that owns it; a simulation supplies its own. */
public interface RoomServices {
    /** What {@link #openSegment} returns when no further shard can be used. */
    int NO_SEGMENT = -1;

    /** A peer whose deadlines and addresses the shard looks after until it is closed. */
    Peer newPeer(PeerObserver observer);

    /** The next deadline of the room, or of the segment if the room is elsewhere, is now earlier than it was. */
    void deadlineMoved();

    /** Only for the room itself. */
    void onEvent(RoomEvent event);

    RandomGenerator random();

    // --- rooms of several segments --------------------------------------------------------------------------------

    /** Opens a segment on the least loaded of the shards that have none of this room, and returns its index. */
    int openSegment();

    /** To the room, wherever it is. */
    void sendToRoom(SegmentMessage.ToRoom message);

    /** To another segment. */
    void send(int segment, SegmentMessage.ToSegment message);

    /** What packets for another segment go into. */
    MediaPipe pipeTo(int segment);

    /** The replicas of this shard. */
    ReplicaDirectory replicas();

    /** A segment other than the first has ended. */
    void segmentClosed();
}
