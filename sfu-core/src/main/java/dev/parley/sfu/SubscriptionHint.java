package dev.parley.sfu;

/**
 * How a subscriber shows a track, so that the server can send what fits.
 *
 * @param widthPx visible width in device pixels; 0 is unknown
 * @param heightPx visible height in device pixels; 0 is unknown
 * @param priority larger is more important; 0 is normal, more is served before those who speak
 * @param paused nothing is sent while set
 * @param maxFramesPerSecond more is of no use; 0 is any
 */
public record SubscriptionHint(int widthPx, int heightPx, int priority, boolean paused, int maxFramesPerSecond) {
    public SubscriptionHint {
        if (widthPx < 0 || heightPx < 0) {
            throw new IllegalArgumentException("a size must not be negative, got " + widthPx + "x" + heightPx);
        }
        if (maxFramesPerSecond < 0) {
            throw new IllegalArgumentException("a frame rate must not be negative, got " + maxFramesPerSecond);
        }
    }

    /** One of any frame rate. */
    public SubscriptionHint(int widthPx, int heightPx, int priority, boolean paused) {
        this(widthPx, heightPx, priority, paused, 0);
    }

    public static SubscriptionHint none() {
        return new SubscriptionHint(0, 0, 0, false);
    }
}
