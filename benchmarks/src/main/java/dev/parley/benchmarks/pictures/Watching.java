package dev.parley.benchmarks.pictures;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.nativepeer.I420Frame;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSettings;
import dev.parley.sfu.nativepeer.NativeStats;
import dev.parley.sfu.nativepeer.VideoPublication;
import dev.parley.sfu.nativepeer.VideoSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One native bot that sends pictures with the time in them, and some that decode them. Both ends are in this process, so
 * that one clock serves them.
 */
final class Watching implements AutoCloseable {
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 360;
    static final int FRAMES_PER_SECOND = 30;
    private static final int MICROSECONDS = 1_000;

    private final long startNs = System.nanoTime();
    private final ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
    private final NativeParticipant sender;
    private final List<NativeParticipant> receivers = new ArrayList<>();
    private final List<Double> latenciesMs = new ArrayList<>();
    private int unreadable;

    Watching(Room room, int count) {
        sender = NativeParticipant.join(
                        room,
                        JoinRequest.of("time-sender"),
                        NativeSettings.defaults().sendOnly())
                .join();
        VideoPublication video = sender.publishVideo(VideoSettings.of(WIDTH_PX, HEIGHT_PX, FRAMES_PER_SECOND))
                .join();
        I420Frame[] pictures = new I420Frame[FRAMES_PER_SECOND];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = I420Frame.black(WIDTH_PX, HEIGHT_PX);
            pictures[i].fill(WIDTH_PX / 2 + 8 * i, HEIGHT_PX / 2, WIDTH_PX / 8, HEIGHT_PX / 4, 0x8060A0);
        }
        AtomicInteger next = new AtomicInteger();
        var _ = camera.scheduleAtFixedRate(
                () -> {
                    I420Frame picture = pictures[next.getAndIncrement() % pictures.length];
                    TimeCode.paint(picture, nowUs());
                    video.send(picture);
                },
                0,
                TimeUnit.SECONDS.toNanos(1) / FRAMES_PER_SECOND,
                TimeUnit.NANOSECONDS);
        for (int i = 0; i < count; i++) {
            NativeParticipant receiver = NativeParticipant.join(room, JoinRequest.of("time-receiver-" + i))
                    .join();
            receivers.add(receiver);
            var _ = receiver.receiveVideo(video.track().id(), frame -> seen(frame.image()))
                    .join();
        }
    }

    private long nowUs() {
        return (System.nanoTime() - startNs) / MICROSECONDS;
    }

    private synchronized void seen(I420Frame picture) {
        long painted = TimeCode.read(picture);
        if (painted == TimeCode.NONE) {
            unreadable++;
        } else {
            latenciesMs.add((nowUs() - painted) / 1e3);
        }
    }

    /** What receivers have decoded up to now, all of them together. */
    record Decoded(long frames, long freezes, double jitterBufferSeconds, long jitterBufferFrames) {}

    /** Forgets what was seen so far. */
    synchronized void forget() {
        latenciesMs.clear();
        unreadable = 0;
    }

    /** How late pictures were seen, sorted. */
    synchronized List<Double> latenciesMs() {
        return latenciesMs.stream().sorted().toList();
    }

    /** Pictures without a time that could be read. */
    synchronized int unreadable() {
        return unreadable;
    }

    Decoded decoded() {
        long frames = 0;
        long freezes = 0;
        double delay = 0;
        long emitted = 0;
        for (NativeParticipant receiver : receivers) {
            for (NativeStats.Received received : receiver.stats().join().received()) {
                frames += received.framesDecoded();
                freezes += received.freezes();
                delay += received.jitterBufferSeconds();
                emitted += received.jitterBufferFrames();
            }
        }
        return new Decoded(frames, freezes, delay, emitted);
    }

    int receivers() {
        return receivers.size();
    }

    @Override
    public void close() {
        camera.shutdownNow();
        receivers.forEach(NativeParticipant::close);
        sender.close();
    }
}
