package dev.parley.sfu.shard;

import dev.parley.sfu.SfuStats;
import dev.parley.sfu.stats.Counter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Durations of which one thread records many without making garbage, and any thread asks for the quantiles of late.
 *
 * <p>Counts and sums are of all times. Quantiles are of the last {@link #WINDOW_NS}, in {@link #SLICES} slices that begin
 * when somebody asks: what nobody has asked about for longer than that comes out as one slice, however long.
 */
final class DelayHistogram {
    /** How far back quantiles reach, in nanoseconds. */
    static final long WINDOW_NS = 60_000_000_000L;

    private static final int SLICES = 6;
    private static final long SLICE_NS = WINDOW_NS / SLICES;
    private static final long FINEST_NS = 1_000;
    /** Longer ones are recorded as this long. */
    private static final long LONGEST_NS = 60_000_000_000L;
    /** Two digits: quantiles are right to a hundredth. */
    private static final int DIGITS = 2;

    private final Counter count = new Counter();
    private final Counter totalNs = new Counter();
    private final SingleWriterRecorder recorder = new SingleWriterRecorder(FINEST_NS, LONGEST_NS, DIGITS);
    // What readers share, under the lock of this object.
    private final Histogram window = new Histogram(FINEST_NS, LONGEST_NS, DIGITS);
    private final Deque<Slice> slices = new ArrayDeque<>();
    private @Nullable Histogram idle;

    /** What was recorded from {@code startNs} until the next slice began. */
    private record Slice(long startNs, Histogram histogram) {}

    /** The one recording thread only. */
    void record(long durationNs) {
        long recordedNs = Math.clamp(durationNs, 0, LONGEST_NS);
        recorder.recordValue(recordedNs);
        count.increment();
        totalNs.add(recordedNs);
    }

    /** Any thread. */
    synchronized SfuStats.Delay summary(long nowNs) {
        Histogram latest = recorder.getIntervalHistogram(idle);
        idle = latest;
        slice(nowNs).add(latest);
        window.reset();
        slices.forEach(slice -> window.add(slice.histogram()));
        return new SfuStats.Delay(
                count.value(),
                totalNs.value(),
                quantile(50),
                quantile(99),
                quantile(99.9),
                window.getTotalCount() == 0 ? 0 : window.getMaxValue());
    }

    /** Lets quantiles begin anew; counts and sums go on. Any thread. */
    synchronized void forget() {
        idle = recorder.getIntervalHistogram(idle);
        slices.clear();
    }

    private Histogram slice(long nowNs) {
        while (!slices.isEmpty() && nowNs - slices.getFirst().startNs() >= WINDOW_NS) {
            slices.removeFirst();
        }
        if (slices.isEmpty() || nowNs - slices.getLast().startNs() >= SLICE_NS) {
            slices.addLast(new Slice(nowNs, new Histogram(FINEST_NS, LONGEST_NS, DIGITS)));
        }
        return slices.getLast().histogram();
    }

    private long quantile(double percentile) {
        return window.getTotalCount() == 0 ? 0 : window.getValueAtPercentile(percentile);
    }
}
