/** The load tester: rooms full of bots on a server, and what that cost and how good it stayed. */
@NullMarked
package dev.parley.benchmarks.load;

import org.jspecify.annotations.NullMarked;
