package dev.parley.sfu.nativepeer;

import dev.parley.sfu.TrackInfo;
import java.util.concurrent.CompletableFuture;

/** Audio that Java code publishes. Any thread, but samples come from one at a time. */
public final class AudioPublication implements Publication {
    private final PublishedSection section;
    private final SampleSource samples;
    private volatile boolean muted;

    AudioPublication(PublishedSection section, SampleSource samples) {
        this.section = section;
        this.samples = samples;
    }

    @Override
    public TrackInfo track() {
        return section.track();
    }

    /**
     * Sends samples, 16 bits each, of the rate and channels of the settings, in portions of any length. They are played at
     * their rate whenever they are given: who is ahead by more than 200 ms waits here, so a loop needs no clock.
     *
     * @return false once the track is published no more, or when the thread is interrupted
     */
    public boolean send(short[] pcm) {
        try {
            return samples.push(muted ? new short[pcm.length] : pcm);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public CompletableFuture<Void> mute(boolean nowMuted) {
        muted = nowMuted;
        return section.mute(nowMuted);
    }

    @Override
    public CompletableFuture<Void> unpublish() {
        return section.unpublish();
    }
}
