/** Packet bots: WebRTC clients that send clips and check what they receive against them, many to a thread. */
@NullMarked
package dev.parley.benchmarks.load.bot;

import org.jspecify.annotations.NullMarked;
