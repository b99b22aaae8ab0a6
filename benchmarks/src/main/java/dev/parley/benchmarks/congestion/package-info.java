/** {@code ./parley bench congestion}: Parley's sender over a simulated bottleneck. */
@NullMarked
package dev.parley.benchmarks.congestion;

import org.jspecify.annotations.NullMarked;
