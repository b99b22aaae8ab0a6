package dev.parley.sfu.nativepeer;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes a camera for a participant and sends a picture every 50 ms. */
final class Painter implements AutoCloseable {
    private final VideoPublication camera;
    private final AtomicInteger pictures = new AtomicInteger();
    private final ScheduledExecutorService clock = java.util.concurrent.Executors.newSingleThreadScheduledExecutor();

    Painter(NativeParticipant participant) throws Exception {
        camera = participant.publishVideo(VideoSettings.of(160, 90, 20)).get(15, TimeUnit.SECONDS);
        I420Frame picture = Natives.picture();
        var _ = clock.scheduleAtFixedRate(
                () -> {
                    pictures.incrementAndGet();
                    camera.send(picture);
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
    }

    VideoPublication camera() {
        return camera;
    }

    String trackId() {
        return camera.track().id();
    }

    /** Until so many more were painted. */
    void awaitPictures(int count) {
        int before = pictures.get();
        Await.until(count + " pictures are painted", () -> pictures.get() >= before + count);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
