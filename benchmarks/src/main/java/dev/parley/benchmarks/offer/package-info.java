/** Session descriptions as browsers write them, for all clients of the benchmarks. */
@NullMarked
package dev.parley.benchmarks.offer;

import org.jspecify.annotations.NullMarked;
