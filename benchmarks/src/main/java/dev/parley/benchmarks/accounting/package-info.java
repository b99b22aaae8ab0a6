/** What processes cost, by the kernel's own accounts, and whether the machine was calm meanwhile. */
@NullMarked
package dev.parley.benchmarks.accounting;

import org.jspecify.annotations.NullMarked;
