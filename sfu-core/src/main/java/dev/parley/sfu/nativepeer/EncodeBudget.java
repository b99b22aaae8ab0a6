package dev.parley.sfu.nativepeer;

import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How many video streams may be encoded at once. Whoever is refused is told; those that run are never touched, so that none
 * loses its rate to a newcomer. Any thread.
 */
public final class EncodeBudget {
    /**
     * What a core carries: a stream of 640x360 at 30 frames a second, decoded and encoded again as VP8, takes 16 to 18 % of
     * one.
     */
    static final int ENCODES_PER_CORE = 5;

    private final int limit;
    private final AtomicInteger running = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    /**
     * @param limit how many; negative for {@link #ENCODES_PER_CORE} a core
     */
    public EncodeBudget(int limit) {
        this.limit = limit < 0 ? ENCODES_PER_CORE * Runtime.getRuntime().availableProcessors() : limit;
    }

    /** Whether there is a place. */
    boolean isFree() {
        return running.get() < limit;
    }

    /** As it is now. */
    public SfuStats.Encodes snapshot() {
        return new SfuStats.Encodes(running.get(), limit, refused.sum());
    }

    /** A place for one encoder, or {@code null} when all are taken; see {@link #refusal}. */
    @Nullable
    Place tryTake() {
        int taken = running.get();
        while (taken < limit && !running.compareAndSet(taken, taken + 1)) {
            taken = running.get();
        }
        if (taken >= limit) {
            refused.increment();
            return null;
        }
        return new Place();
    }

    /**
     * What to tell who has got no place.
     *
     * @param from the codec that there is, as in SDP
     * @param to the codec that is wanted
     */
    SfuException refusal(String from, String to) {
        String why = limit == 0
                ? "it encodes nothing, as max-native-encodes is 0"
                : "it encodes " + limit + (limit == 1 ? " stream" : " streams")
                        + " already, which is all that max-native-encodes allows";
        return new SfuException(
                SfuException.Code.NATIVE_LIMIT, "the server cannot encode " + from + " as " + to + " now: " + why);
    }

    /** The right to run one encoder. */
    final class Place {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Place() {}

        /** Gives the place back; a second call does nothing. */
        void release() {
            if (held.compareAndSet(true, false)) {
                running.decrementAndGet();
            }
        }
    }
}
