package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.load.LoadResult;
import java.util.function.ToDoubleFunction;

/** What servers are compared by; less is better for each. */
enum Figure {
    CPU_PER_PACKET(
            "cpuPerForwardedPacket",
            "CPU per forwarded packet, µs",
            result -> result.serverCost().cpuNsPerForwardedPacket() / 1e3),
    CPU_SHARE(
            "cpuShare", "CPU, % of a core", result -> 100 * result.serverCost().cpuShare()),
    MEMORY("residentMemory", "memory, MB", result -> result.serverCost().residentBytes() / 1e6),
    MEMORY_PER_PARTICIPANT(
            "memoryPerParticipant",
            "memory per participant, kB",
            result -> result.serverCost().residentBytesPerParticipant() / 1e3),
    LATENCY_P50("latencyP50", "latency p50, ms", result -> result.latency().p50Us() / 1e3),
    LATENCY_P99("latencyP99", "latency p99, ms", result -> result.latency().p99Us() / 1e3),
    LATENCY_P999("latencyP999", "latency p99.9, ms", result -> result.latency().p999Us() / 1e3),
    JOIN_P50(
            "joinP50",
            "join to first media p50, ms",
            result -> result.rampJoins().p50Ms()),
    JOIN_P99(
            "joinP99",
            "join to first media p99, ms",
            result -> result.rampJoins().p99Ms()),
    LOSS("loss", "loss, %", result -> 100 * result.loss().share());

    private final String key;
    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // Readers of records, without state.
    private final ToDoubleFunction<LoadResult> reader;

    Figure(String key, String label, ToDoubleFunction<LoadResult> reader) {
        this.key = key;
        this.label = label;
        this.reader = reader;
    }

    /** As it is called in JSON. */
    String key() {
        return key;
    }

    /** As it is called in tables, with its unit. */
    String label() {
        return label;
    }

    double of(LoadResult result) {
        return reader.applyAsDouble(result);
    }
}
