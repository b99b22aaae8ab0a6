package dev.parley.sfu.shard;

import dev.parley.sfu.SfuStats;
import java.util.Arrays;

/**
 * How long media packets take through a shard: from the kernel's time stamp at their arrival until the flush that sent
 * the last of their copies has returned. One record for each packet received and forwarded, whatever the number of its receivers. The
 * part of it in which the port waited for more packets by intention is recorded apart. Written by the shard's thread.
 */
final class ForwardingDelay {
    private static final int FIRST_CAPACITY = 1_024;

    private final DelayHistogram delays = new DelayHistogram();
    private final DelayHistogram gatherWaits = new DelayHistogram();
    /** Of the packets forwarded in this turn, when they arrived. */
    private long[] arrivalsNs = new long[FIRST_CAPACITY];
    /** And when they left, of those that have. */
    private long[] departuresNs = new long[FIRST_CAPACITY];

    private int arrivals;
    private int departures;

    /** A media packet that arrived at {@code receivedNs} has been forwarded and leaves with the next flush. */
    void forwarded(long receivedNs) {
        if (arrivals == arrivalsNs.length) {
            arrivalsNs = Arrays.copyOf(arrivalsNs, 2 * arrivals);
            departuresNs = Arrays.copyOf(departuresNs, 2 * arrivals);
        }
        arrivalsNs[arrivals++] = receivedNs;
    }

    /** Everything forwarded so far has been handed to the operating system, before the turn is over. */
    void left(long nowNs) {
        Arrays.fill(departuresNs, departures, arrivals, nowNs);
        departures = arrivals;
    }

    /**
     * Everything forwarded has been handed to the operating system.
     *
     * @param readNs when the turn's packets began to be read
     * @param gatheredNs how long the port had let packets gather before that
     */
    void flushed(long nowNs, long readNs, long gatheredNs) {
        left(nowNs);
        for (int i = 0; i < arrivals; i++) {
            delays.record(departuresNs[i] - arrivalsNs[i]);
            // The first packet has waited all of the time, later ones less, and what came while reading not at all.
            gatherWaits.record(Math.min(gatheredNs, readNs - arrivalsNs[i]));
        }
        arrivals = 0;
        departures = 0;
    }

    /** Any thread. */
    SfuStats.Delay delays(long nowNs) {
        return delays.summary(nowNs);
    }

    /** Any thread. */
    SfuStats.Delay gatherWaits(long nowNs) {
        return gatherWaits.summary(nowNs);
    }

    /** Any thread. */
    void forget() {
        delays.forget();
        gatherWaits.forget();
    }
}
