package dev.parley.examples;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSubscription;
import dev.parley.sfu.nativepeer.VideoPublication;
import dev.parley.sfu.nativepeer.VideoSettings;

/** Publishes one video track again in another codec, for as long as there is the track. */
public final class CodecBridge {
    private CodecBridge() {}

    static NativeParticipant join(Room room, TrackInfo track, String codec) {
        NativeParticipant bridge = NativeParticipant.join(room, JoinRequest.of("bridge-" + track.id() + "-" + codec))
                .join();
        VideoPublication again = bridge.publishVideo(
                        VideoSettings.of(1280, 720, 30).codec(codec).source(track.source()))
                .join();
        NativeSubscription source = bridge.receiveVideo(track.id(), frame -> again.send(frame.image()))
                .join();
        source.whenEnded().thenRun(bridge::close);
        return bridge;
    }
}
