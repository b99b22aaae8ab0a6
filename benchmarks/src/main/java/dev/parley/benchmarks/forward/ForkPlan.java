package dev.parley.benchmarks.forward;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM measures: a server has one I/O layer and one cipher, and code compiled for several would be slower.
 *
 * @param program the C program, or {@code null} to measure without
 * @param limitCipher what the C program encrypts with
 * @param budgetNs how long it may take in all
 */
record ForkPlan(
        String io,
        String cipher,
        List<Shape> shapes,
        @Nullable Path program,
        @Nullable String limitCipher,
        long budgetNs) {}
