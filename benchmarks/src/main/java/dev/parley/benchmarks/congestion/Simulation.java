package dev.parley.benchmarks.congestion;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that jumps from one planned action to the next. */
final class Simulation {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    /** Not 0, so that nothing works by chance. */
    private long nowNs = 3_600_000_000_000L;

    private final long startNs = nowNs;
    private long planned;

    private record Event(long atNs, long order, Runnable action) {}

    long nowNs() {
        return nowNs;
    }

    /** Since the start. */
    double seconds() {
        return (nowNs - startNs) / 1e9;
    }

    long atSeconds(double seconds) {
        return startNs + (long) (seconds * 1e9);
    }

    void at(long atNs, Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), planned++, action));
    }

    void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    void runUntil(long endNs) {
        while (!events.isEmpty() && events.element().atNs() <= endNs) {
            Event event = events.remove();
            nowNs = event.atNs();
            event.action().run();
        }
        nowNs = endNs;
    }
}
