package dev.parley.sfu.io;

import dev.parley.sfu.stats.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs in which packets were sent: consecutive packets of one size to one remote, which the kernel takes as one
 * (UDP_SEGMENT). A packet by itself is a run of one. Written by the port's thread, read by any.
 */
public final class SendRuns {
    /** The most packets that a run can have: what every kernel with UDP_SEGMENT takes. */
    public static final int MAX_LENGTH = 64;

    private final Counter runs = new Counter();
    private final Counter packets = new Counter();
    private final Counter[] byLength = new Counter[bucket(MAX_LENGTH) + 1];

    SendRuns() {
        for (int i = 0; i < byLength.length; i++) {
            byLength[i] = new Counter();
        }
    }

    void add(int length) {
        runs.increment();
        packets.add(length);
        byLength[bucket(length)].increment();
    }

    /** How many runs there were. */
    public long runs() {
        return runs.value();
    }

    /** How many packets they had together. */
    public long packets() {
        return packets.value();
    }

    /** Runs by length: of 1, 2, 3 to 4, 5 to 8 packets and so on up to {@link #MAX_LENGTH}. */
    public List<Long> byLength() {
        List<Long> counts = new ArrayList<>();
        for (Counter counter : byLength) {
            counts.add(counter.value());
        }
        return List.copyOf(counts);
    }

    private static int bucket(int length) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
    }
}
