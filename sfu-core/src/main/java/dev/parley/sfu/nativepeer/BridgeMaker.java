package dev.parley.sfu.nativepeer;

import dev.parley.sfu.Room;
import java.util.concurrent.CompletableFuture;

/** Makes bridges; libwebrtc's are {@link CodecBridge}s. */
interface BridgeMaker {
    /**
     * Makes a bridge for one track.
     *
     * @param codec what to publish it in, as in SDP
     * @return fails with a {@link dev.parley.sfu.SfuException}
     */
    CompletableFuture<RunningBridge> open(Room room, String trackId, String codec);
}
