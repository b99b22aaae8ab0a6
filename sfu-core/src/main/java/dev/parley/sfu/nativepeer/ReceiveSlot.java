package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import dev.parley.sfu.MediaKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A receiving section of the connection, and the sink of what is in it now. The connection's thread only, but for {@link #mid}. */
final class ReceiveSlot {
    private final MediaKind kind;
    private final RTCRtpTransceiver transceiver;
    private final MediaStreamTrack track;
    private @Nullable Runnable removeSink;
    private volatile String mid = "";

    ReceiveSlot(MediaKind kind, RTCRtpTransceiver transceiver) {
        this.kind = kind;
        this.transceiver = transceiver;
        this.track = transceiver.getReceiver().getTrack();
    }

    MediaKind kind() {
        return kind;
    }

    /** Its media section, once it was offered and {@link #named} was called. Any thread. */
    String mid() {
        return mid;
    }

    /** Asks the library for the media section. */
    String named() {
        mid = Objects.requireNonNullElse(transceiver.getMid(), "");
        return mid;
    }

    RTCRtpTransceiver transceiver() {
        return transceiver;
    }

    void listen(VideoTrackSink sink) {
        VideoTrack video = (VideoTrack) track;
        silence();
        video.addSink(sink);
        removeSink = () -> video.removeSink(sink);
    }

    void listen(AudioTrackSink sink) {
        AudioTrack audio = (AudioTrack) track;
        silence();
        audio.addSink(sink);
        removeSink = () -> audio.removeSink(sink);
    }

    /** Takes the sink away; waits for a call of it to end. */
    void silence() {
        Runnable remove = removeSink;
        removeSink = null;
        if (remove != null) {
            remove.run();
        }
    }
}
