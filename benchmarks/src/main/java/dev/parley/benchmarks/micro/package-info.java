/** {@code ./parley bench micro}: the pieces of the media path by JMH, on the server's own classes. */
@NullMarked
package dev.parley.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
