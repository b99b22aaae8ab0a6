/** Servers beside each other: the same load on each by turns, what it cost them, and the report. */
@NullMarked
package dev.parley.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
