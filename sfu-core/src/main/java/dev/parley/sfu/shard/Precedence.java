package dev.parley.sfu.shard;

import dev.parley.sfu.io.RealTime;
import dev.parley.sfu.stats.Counter;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a shard runs before ordinary threads: it does for as long as it leaves them time. A shard that has more to do
 * than its core can would keep signaling, handshakes and the compiler that makes it faster from that core, so it is then an ordinary
 * thread like them. Owned by the shard's thread.
 */
final class Precedence {
    /** The share of busy time from which it is given back. */
    static final double TOO_BUSY = 0.8;
    /** Below this it is taken again. */
    static final double AT_EASE = 0.6;

    private static final Logger LOG = LoggerFactory.getLogger(Precedence.class);

    private final BooleanSupplier begin;
    private final Runnable end;
    /** 1 while the shard has it. */
    private final Counter held = new Counter();

    private boolean permitted;

    Precedence() {
        this(RealTime::begin, RealTime::end);
    }

    Precedence(BooleanSupplier begin, Runnable end) {
        this.begin = begin;
        this.end = end;
    }

    /** The shard's thread has started. */
    void start(int shard) {
        permitted = take();
        LOG.info(
                "shard={} event=real-time granted={} why=\"{}\"",
                shard,
                permitted,
                permitted ? "the system permits it" : "it takes root, CAP_SYS_NICE or a limit for rtprio");
    }

    /** The share of time for which the shard has been busy has been measured. */
    void measured(double busyShare) {
        if (isHeld() && busyShare > TOO_BUSY) {
            end.run();
            held.set(0);
        } else if (permitted && !isHeld() && busyShare < AT_EASE) {
            permitted = take();
        }
    }

    /** Any thread. */
    boolean isHeld() {
        return held.value() == 1;
    }

    private boolean take() {
        boolean granted = begin.getAsBoolean();
        held.set(granted ? 1 : 0);
        return granted;
    }
}
