/** What processes use, by the kernel's accounting. */
@NullMarked
package dev.parley.benchmarks.load.account;

import org.jspecify.annotations.NullMarked;
