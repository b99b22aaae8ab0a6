/** What Parley's media path costs: {@code ./parley bench}. */
@NullMarked
package dev.parley.benchmarks;

import org.jspecify.annotations.NullMarked;
