package dev.parley.sfu.stats;

import java.util.EnumMap;
import java.util.Map;

/** A {@link Counter} for each {@link DropReason}: one thread writes, any thread reads. */
public final class DropCounters {
    private static final DropReason[] REASONS = DropReason.values();

    private final Counter[] counters = new Counter[REASONS.length];

    public DropCounters() {
        for (int i = 0; i < counters.length; i++) {
            counters[i] = new Counter();
        }
    }

    public void count(DropReason reason) {
        count(reason, 1);
    }

    public void count(DropReason reason, long packets) {
        counters[reason.ordinal()].add(packets);
    }

    public long value(DropReason reason) {
        return counters[reason.ordinal()].value();
    }

    /** The counts as they are now, every reason included. */
    public Map<DropReason, Long> snapshot() {
        Map<DropReason, Long> snapshot = new EnumMap<>(DropReason.class);
        for (DropReason reason : REASONS) {
            snapshot.put(reason, value(reason));
        }
        return snapshot;
    }
}
