/** The servers under load: how each is started, and how a member comes into one of its rooms. */
@NullMarked
package dev.parley.benchmarks.load.target;

import org.jspecify.annotations.NullMarked;
