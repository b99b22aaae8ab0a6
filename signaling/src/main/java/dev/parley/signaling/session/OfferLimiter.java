package dev.parley.signaling.session;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Bounds the offers of one session, whatever it sends them by: an answer is the one request that costs the shard
 * milliseconds, in which its media waits. Owned by the session loop.
 */
public final class OfferLimiter {
    /** Far more than a page makes that adds tracks and slots one by one. */
    private static final double OFFERS_PER_SECOND = 5;

    private static final double BURST = 30;

    private final SessionLoop loop;
    private final TokenBucket bucket;

    public OfferLimiter(SessionLoop loop) {
        this.loop = loop;
        this.bucket = new TokenBucket(OFFERS_PER_SECOND, BURST, loop.nowNs());
    }

    /** What {@code answer} gives, or {@link TooManyRequestsException} without asking it. */
    public <T> CompletableFuture<T> limit(Supplier<CompletableFuture<T>> answer) {
        return bucket.tryTake(loop.nowNs())
                ? answer.get()
                : CompletableFuture.failedFuture(TooManyRequestsException.offers());
    }
}
