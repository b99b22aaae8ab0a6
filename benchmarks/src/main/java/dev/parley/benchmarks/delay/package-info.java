/** How long packets take through a shard at a given load. */
@NullMarked
package dev.parley.benchmarks.delay;

import org.jspecify.annotations.NullMarked;
