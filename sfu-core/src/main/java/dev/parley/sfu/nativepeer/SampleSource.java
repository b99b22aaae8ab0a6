package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where Java's samples enter libwebrtc: taken in any portions, given on by a thread of its own in 10 ms every 10 ms, as
 * encoders need it. Who pushes faster than that waits.
 */
final class SampleSource {
    private static final int BITS = 16;
    private static final int BUFFERED_MS = 200;
    private static final long PORTION_NS = 10_000_000;
    /** A thread that slept longer than this does not catch up: what was missed by then nobody plays any more. */
    private static final long LATE_NS = 5 * PORTION_NS;

    private final AudioSettings settings;
    private final ReentrantLock mediaLock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roomOrSamples = lock.newCondition();
    private final short[] waiting;
    private int first;
    private int count;
    private boolean ended;
    /** Guarded by the media lock: see {@link NativeConnection#mediaLock()}. */
    private @Nullable CustomAudioSource source = new CustomAudioSource();

    SampleSource(AudioSettings settings, ReentrantLock mediaLock) {
        this.settings = settings;
        this.mediaLock = mediaLock;
        this.waiting = new short[settings.samplesIn10Ms() * (BUFFERED_MS / 10)];
    }

    /** Starts giving on. */
    void start(String name) {
        Thread.ofVirtual().name("native-voice-" + name).start(() -> Callbacks.guard("voice", this::run));
    }

    /** For making a track of it; only while it is not released. */
    CustomAudioSource source() {
        CustomAudioSource present = source;
        if (present == null) {
            throw new IllegalStateException("the source has been released");
        }
        return present;
    }

    /** Takes samples, waiting while more than {@value #BUFFERED_MS} ms are ahead of them; false once released. */
    boolean push(short[] samples) throws InterruptedException {
        int taken = 0;
        lock.lockInterruptibly();
        try {
            while (taken < samples.length) {
                while (count == waiting.length && !ended) {
                    roomOrSamples.await();
                }
                if (ended) {
                    return false;
                }
                int last = (first + count) % waiting.length;
                int portion = Math.min(samples.length - taken, Math.min(waiting.length - count, waiting.length - last));
                System.arraycopy(samples, taken, waiting, last, portion);
                taken += portion;
                count += portion;
                roomOrSamples.signalAll();
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        byte[] portion = new byte[settings.samplesIn10Ms() * 2];
        long nextNs = System.nanoTime();
        try {
            while (take(portion)) {
                deliver(portion);
                long nowNs = System.nanoTime();
                nextNs = Math.max(nextNs + PORTION_NS, nowNs - LATE_NS);
                while (nextNs - System.nanoTime() > 0) {
                    LockSupport.parkNanos(nextNs - System.nanoTime());
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for 10 ms of samples; false once ended. */
    private boolean take(byte[] portion) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (count < portion.length / 2 && !ended) {
                roomOrSamples.await(1, TimeUnit.SECONDS);
            }
            for (int i = 0; i < portion.length && !ended; i += 2) {
                short sample = waiting[first];
                first = (first + 1) % waiting.length;
                portion[i] = (byte) sample;
                portion[i + 1] = (byte) (sample >> 8);
            }
            count -= ended ? 0 : portion.length / 2;
            roomOrSamples.signalAll();
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(byte[] portion) {
        mediaLock.lock();
        try {
            CustomAudioSource present = source;
            if (present != null) {
                int frames = portion.length / 2 / settings.channels();
                present.pushAudio(portion, BITS, settings.sampleRateHz(), settings.channels(), frames);
            }
        } finally {
            mediaLock.unlock();
        }
    }

    /** Gives the library's source back; what is pushed later goes nowhere. Not while a connection sends it. */
    void release() {
        lock.lock();
        try {
            ended = true;
            roomOrSamples.signalAll();
        } finally {
            lock.unlock();
        }
        mediaLock.lock();
        try {
            if (source != null) {
                source.dispose();
                source = null;
            }
        } finally {
            mediaLock.unlock();
        }
    }
}
