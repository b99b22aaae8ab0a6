package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoFrameBuffer;
import dev.parley.sfu.nativepeer.I420Frame.Plane;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where Java's pictures enter libwebrtc. Scales and thins them out itself: libwebrtc's sources for Java take no advice, and
 * the parameters of a simulcast sender cannot be changed. Any thread may push.
 */
final class PictureSource {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile int maxWidthPx;
    private volatile int maxHeightPx;
    private volatile long intervalNs;
    private @Nullable CustomVideoSource source = new CustomVideoSource();
    private long nextNs;

    PictureSource(VideoSettings settings) {
        limit(settings.widthPx(), settings.heightPx(), settings.framesPerSecond());
        this.nextNs = System.nanoTime();
    }

    /** Changes what is taken from now on. */
    void limit(int widthPx, int heightPx, int framesPerSecond) {
        maxWidthPx = widthPx;
        maxHeightPx = heightPx;
        intervalNs = 1_000_000_000L / framesPerSecond;
    }

    /** For making a track of it; only while it is not released. */
    CustomVideoSource source() {
        CustomVideoSource present = source;
        if (present == null) {
            throw new IllegalStateException("the source has been released");
        }
        return present;
    }

    /** Encodes a picture, unless it comes too soon after the one before; false once released. */
    boolean push(I420Frame picture) {
        lock.lock();
        try {
            CustomVideoSource present = source;
            if (present == null) {
                return false;
            }
            if (isDue(System.nanoTime())) {
                push(present, picture);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A picture may be early by half an interval: who sends at the right rate does so with jitter. */
    private boolean isDue(long nowNs) {
        if (nowNs - nextNs < -intervalNs / 2) {
            return false;
        }
        nextNs = Math.max(nextNs + intervalNs, nowNs - intervalNs / 2);
        return true;
    }

    private void push(CustomVideoSource present, I420Frame picture) {
        VideoFrameBuffer buffer = copy(picture);
        try {
            double shrink =
                    Math.max((double) picture.widthPx() / maxWidthPx, (double) picture.heightPx() / maxHeightPx);
            if (shrink > 1) {
                VideoFrameBuffer scaled = buffer.cropAndScale(
                        0,
                        0,
                        picture.widthPx(),
                        picture.heightPx(),
                        even(picture.widthPx() / shrink),
                        even(picture.heightPx() / shrink));
                buffer.release();
                buffer = scaled;
            }
            present.pushFrame(new VideoFrame(buffer, System.nanoTime()));
            NativeCounters.ofProcess().frameSent();
        } finally {
            buffer.release();
        }
    }

    /** Encoders of H264 take even sizes only. */
    private static int even(double side) {
        return Math.max(2, (int) Math.round(side) & ~1);
    }

    private static NativeI420Buffer copy(I420Frame picture) {
        int width = picture.widthPx();
        int height = picture.heightPx();
        NativeI420Buffer buffer = NativeI420Buffer.allocate(width, height);
        I420Frame.copyPlane(picture.y(), new Plane(buffer.getDataY(), buffer.getStrideY()), width, height);
        I420Frame.copyPlane(
                picture.u(), new Plane(buffer.getDataU(), buffer.getStrideU()), (width + 1) / 2, (height + 1) / 2);
        I420Frame.copyPlane(
                picture.v(), new Plane(buffer.getDataV(), buffer.getStrideV()), (width + 1) / 2, (height + 1) / 2);
        return buffer;
    }

    /** Gives the library's source back; what is pushed later goes nowhere. */
    void release() {
        lock.lock();
        try {
            if (source != null) {
                source.dispose();
                source = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
