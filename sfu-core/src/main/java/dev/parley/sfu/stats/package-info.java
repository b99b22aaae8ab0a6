/** Counters and the reasons for which packets are dropped. Foundation ring. */
@NullMarked
package dev.parley.sfu.stats;

import org.jspecify.annotations.NullMarked;
