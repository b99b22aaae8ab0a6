/** {@code ./parley bench forward}: Parley's own forwarding beside the same in C. */
@NullMarked
package dev.parley.benchmarks.forward;

import org.jspecify.annotations.NullMarked;
