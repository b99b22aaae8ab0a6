package dev.parley.benchmarks.forward;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one shape has cost with one I/O layer and cipher, in medians over the rounds.
 *
 * @param limitNsPerPacket what the C program has used in the rounds between, or {@code null} without one
 * @param ratioToC the median of the ratios of neighbouring rounds
 * @param ratioSpread how far apart the quartiles of those ratios are
 * @param meanRun packets a GSO run
 * @param stages shares of the time, by {@link Stage#label()}; empty when there was no time for them
 */
record Result(
        int receivers,
        int packetBytes,
        int gso,
        String io,
        String cipher,
        double nsPerPacket,
        @Nullable Double limitNsPerPacket,
        @Nullable Double ratioToC,
        double ratioSpread,
        double allocatedBytesPerPacket,
        double meanRun,
        int rounds,
        Map<String, Double> stages) {
    Result withStages(Map<String, Double> newStages) {
        return new Result(
                receivers,
                packetBytes,
                gso,
                io,
                cipher,
                nsPerPacket,
                limitNsPerPacket,
                ratioToC,
                ratioSpread,
                allocatedBytesPerPacket,
                meanRun,
                rounds,
                newStages);
    }
}
