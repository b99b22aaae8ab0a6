/** What operators see of a running server: health and metrics. */
@NullMarked
package dev.parley.signaling.metrics;

import org.jspecify.annotations.NullMarked;
