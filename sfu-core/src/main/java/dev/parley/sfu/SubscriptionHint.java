package dev.parley.sfu;

/**
 * How a subscriber shows a track, so that the server can send what fits.
 *
 * @param widthPx visible width in device pixels; 0 is unknown
 * @param heightPx visible height in device pixels; 0 is unknown
 * @param priority larger is more important; 0 is normal
 * @param paused nothing is sent while set
 */
public record SubscriptionHint(int widthPx, int heightPx, int priority, boolean paused) {
    public SubscriptionHint {
        if (widthPx < 0 || heightPx < 0) {
            throw new IllegalArgumentException("a size must not be negative, got " + widthPx + "x" + heightPx);
        }
    }

    public static SubscriptionHint none() {
        return new SubscriptionHint(0, 0, 0, false);
    }
}
