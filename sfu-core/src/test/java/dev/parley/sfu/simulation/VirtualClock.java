package dev.parley.sfu.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time that moves only when a test says so, and runs what is scheduled on its way, in order. */
public final class VirtualClock {
    private record Event(long atNs, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private long nowNs;
    private long scheduled;

    /** A clock that starts at {@code startNs}. */
    public VirtualClock(long startNs) {
        nowNs = startNs;
    }

    /** A clock that starts at one hour, so that nothing works by chance because it starts at 0. */
    public VirtualClock() {
        this(3_600_000_000_000L);
    }

    public long nowNs() {
        return nowNs;
    }

    /** Runs {@code action} when the clock reaches {@code atNs}; a time in the past means now. */
    public void at(long atNs, Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), scheduled++, action));
    }

    /** Runs {@code action} after {@code delayNs}. */
    public void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    /** Runs {@code action} every {@code periodNs}, the first time after one period, for ever. */
    public void every(long periodNs, Runnable action) {
        after(periodNs, () -> {
            action.run();
            every(periodNs, action);
        });
    }

    /** When the next scheduled action runs; {@link Long#MAX_VALUE} when there is none. */
    public long nextEventNs() {
        Event next = events.peek();
        return next == null ? Long.MAX_VALUE : next.atNs();
    }

    /** How many actions are scheduled. */
    public int pending() {
        return events.size();
    }

    /** Moves to {@code toNs} and runs everything due until then, that included. */
    public void advanceTo(long toNs) {
        while (nextEventNs() <= toNs) {
            @Nullable Event event = events.poll();
            if (event == null) {
                break;
            }
            nowNs = event.atNs();
            event.action().run();
        }
        nowNs = Math.max(nowNs, toNs);
    }

    public void advanceNs(long durationNs) {
        advanceTo(nowNs + durationNs);
    }

    public void advanceMs(long durationMs) {
        advanceNs(durationMs * 1_000_000L);
    }
}
