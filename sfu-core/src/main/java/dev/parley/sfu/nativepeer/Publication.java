package dev.parley.sfu.nativepeer;

import dev.parley.sfu.TrackInfo;
import java.util.concurrent.CompletableFuture;

/** A track that a native participant publishes, until it is closed or the participant leaves. */
public sealed interface Publication extends AutoCloseable permits AudioPublication, VideoPublication {
    /** As the room took it. */
    TrackInfo track();

    /** Sends nothing while muted, and tells the others. */
    CompletableFuture<Void> mute(boolean muted);

    /** Takes the track out of the room. What is sent later goes nowhere. */
    CompletableFuture<Void> unpublish();

    /** Takes the track out of the room without waiting for it. */
    @Override
    default void close() {
        var _ = unpublish();
    }
}
