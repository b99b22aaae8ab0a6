package dev.parley.sfu.nativepeer;

import dev.parley.sfu.Participant;
import dev.parley.sfu.SubscriptionHint;
import java.util.concurrent.CompletableFuture;

/** A bridge that publishes. */
interface RunningBridge {
    /** As whom it is in the room. */
    Participant member();

    /** The track that it publishes. */
    String encodingId();

    /** Completes when the bridge has ended, because its track has or because it was closed. */
    CompletableFuture<Void> ended();

    /** Encodes no larger than the track is shown. */
    void steer(SubscriptionHint shown);

    void close();
}
