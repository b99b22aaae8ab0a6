package dev.parley.benchmarks.load;

import dev.parley.benchmarks.accounting.Calm;
import dev.parley.benchmarks.accounting.ProcessUsage;
import dev.parley.benchmarks.load.bot.Totals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The readings of a window.
 *
 * @param silentStreams that were to show something and of which nothing came
 * @param garbageBytes that the bots' threads allocated on Java's heap
 * @param serverBefore null where the server's process is not to be seen
 * @param idle the server's before anybody joined
 * @param rampJoinsMs in rising order, of all members so far
 */
record Measured(
        Calm calm,
        Totals totals,
        int silentStreams,
        long garbageBytes,
        ProcessUsage ownBefore,
        ProcessUsage ownAfter,
        @Nullable ProcessUsage serverBefore,
        @Nullable ProcessUsage serverAfter,
        @Nullable ProcessUsage idle,
        List<Double> rampJoinsMs) {
    Measured {
        rampJoinsMs = List.copyOf(rampJoinsMs);
    }

    double seconds() {
        return calm.seconds();
    }

    /** Sequence numbers that were to come. */
    long expectedPackets() {
        return totals.packetsReceived() + totals.recovered() + totals.missing();
    }

    double lossShare() {
        return expectedPackets() == 0 ? 1 : (double) totals.missing() / expectedPackets();
    }

    /** CPU time of the server; NaN where its process is not to be seen. */
    double serverCpuNs() {
        return serverBefore == null || serverAfter == null ? Double.NaN : serverAfter.cpuNsSince(serverBefore);
    }

    double serverCores() {
        return serverCpuNs() / (seconds() * 1e9);
    }

    double botCores() {
        return ownAfter.coresSince(ownBefore);
    }

    double latencyMs(double percentile) {
        return totals.latencyUs().getValueAtPercentile(percentile) / 1e3;
    }
}
