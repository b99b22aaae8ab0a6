package dev.parley.sfu.room;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerObserver;
import java.util.random.RandomGenerator;

/** What a room needs of the shard that owns it; a simulation supplies its own. */
public interface RoomServices {
    /** A peer whose deadlines and addresses the shard looks after until it is closed. */
    Peer newPeer(PeerObserver observer);

    /** The room's next deadline is now earlier than it was. */
    void deadlineMoved(RoomState room);

    void onEvent(RoomEvent event);

    RandomGenerator random();
}
