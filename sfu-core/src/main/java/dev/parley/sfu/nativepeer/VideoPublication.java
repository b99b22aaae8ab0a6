package dev.parley.sfu.nativepeer;

import dev.parley.sfu.TrackInfo;
import java.util.concurrent.CompletableFuture;

/** Video that Java code publishes, picture by picture. Any thread. */
public final class VideoPublication implements Publication {
    private final PublishedSection section;
    private final PictureSource pictures;
    private volatile boolean muted;

    VideoPublication(PublishedSection section, PictureSource pictures) {
        this.section = section;
        this.pictures = pictures;
    }

    @Override
    public TrackInfo track() {
        return section.track();
    }

    /**
     * Encodes a picture and sends it. It is copied: the caller may paint the next one into it at once. Pictures are sent
     * as they come, so call this at the rate they are meant to be seen at; none is sent before the connection is up.
     *
     * @return false once the track is published no more
     */
    public boolean send(I420Frame picture) {
        return muted ? !section.isEnded() : pictures.push(picture);
    }

    /** Changes the size and rate from the next picture on; see {@link VideoSettings}. */
    public void limit(int widthPx, int heightPx, int framesPerSecond) {
        pictures.limit(widthPx, heightPx, framesPerSecond);
    }

    /**
     * Changes the most that the encoder may take; 0 leaves it to libwebrtc.
     *
     * @throws IllegalStateException for simulcast, whose parameters libwebrtc does not let change
     */
    public CompletableFuture<Void> maxBitrateBps(int bitrateBps) {
        return section.maxBitrateBps(bitrateBps);
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
