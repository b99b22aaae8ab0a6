package dev.parley.benchmarks.load.bot;

/** Totals of a window that never was. */
public final class TotalsFixture {
    private TotalsFixture() {}

    public static Totals of(long received, long missing, long latencyUs) {
        Totals totals = new Totals();
        totals.packetsReceived = received;
        totals.missing = missing;
        totals.latency(latencyUs * 1_000);
        totals.lateness(0);
        return totals;
    }

    /** Bots whose sockets dropped packets. */
    public static Totals overloaded(Totals totals) {
        totals.botDrops = 1;
        return totals;
    }
}
