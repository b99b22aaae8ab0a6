package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.parley.sfu.MediaKind;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A factory of connections, and what has to follow each change of any of them. */
final class NativeFactory {
    private final PeerConnectionFactory factory;
    private final boolean receives;
    private final Runnable afterChange;
    private final ReentrantLock changing = new ReentrantLock();
    private final AudioTrack silence;
    private final VideoTrack darkness;

    /**
     * @param receives whether audio that its connections receive is decoded
     * @param afterChange runs behind every change of a connection, and at the same time as none
     */
    NativeFactory(PeerConnectionFactory factory, boolean receives, Runnable afterChange) {
        this.factory = factory;
        this.receives = receives;
        this.afterChange = afterChange;
        this.silence = factory.createAudioTrack("silence", factory.createAudioSource(new AudioOptions()));
        this.darkness = factory.createVideoTrack("darkness", new CustomVideoSource());
    }

    /** The factory itself, whose methods any thread may call. */
    PeerConnectionFactory factory() {
        return factory;
    }

    /** Whether audio that its connections receive is decoded. */
    boolean receives() {
        return receives;
    }

    /** A track that sends nothing: webrtc-java makes a transceiver of a track only, even if it is just to receive. */
    MediaStreamTrack placeholder(MediaKind kind) {
        return switch (kind) {
            case AUDIO -> silence;
            case VIDEO -> darkness;
        };
    }

    /**
     * Runs what may start or stop a sender: one at a time, which costs little, as libwebrtc runs the changes of all
     * connections of a factory on one thread anyway.
     */
    <T> T change(Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            try {
                afterChange.run();
            } finally {
                changing.unlock();
            }
        }
    }
}
