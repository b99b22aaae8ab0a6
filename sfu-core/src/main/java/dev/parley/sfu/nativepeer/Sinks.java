package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.video.I420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import dev.parley.sfu.nativepeer.I420Frame.Plane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** What libwebrtc calls with decoded media. */
final class Sinks {
    private static final int BITS = 16;

    private Sinks() {}

    /** Gives each picture to {@code delivery}, which must release it. */
    static VideoTrackSink pictures(Delivery<VideoFrame> delivery) {
        return frame -> Callbacks.guard("video-frame", () -> {
            NativeCounters.ofProcess().frameReceived();
            delivery.offer(frame);
        });
    }

    /** Gives each 10 ms of samples to {@code delivery}. */
    static AudioTrackSink samples(String trackId, Delivery<ReceivedSamples> delivery) {
        return (bytes, bitsPerSample, sampleRateHz, channels, _) -> Callbacks.guard("samples", () -> {
            if (bitsPerSample == BITS) {
                short[] pcm = new short[bytes.length / 2];
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.nativeOrder())
                        .asShortBuffer()
                        .get(pcm);
                delivery.offer(new ReceivedSamples(trackId, pcm, sampleRateHz, channels, System.nanoTime()));
            }
        });
    }

    /** Shows a library's picture as ours to {@code receiver}, without a copy. */
    static Consumer<VideoFrame> shown(String trackId, Consumer<ReceivedFrame> receiver) {
        return frame -> {
            I420Buffer planes = (I420Buffer) frame.buffer;
            I420Frame image = I420Frame.of(
                    planes.getWidth(),
                    planes.getHeight(),
                    new Plane(planes.getDataY(), planes.getStrideY()),
                    new Plane(planes.getDataU(), planes.getStrideU()),
                    new Plane(planes.getDataV(), planes.getStrideV()));
            receiver.accept(new ReceivedFrame(trackId, image, frame.rotation, frame.timestampNs));
        };
    }
}
