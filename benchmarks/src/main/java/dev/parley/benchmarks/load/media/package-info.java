/** The media that bots play: encoded once, kept in clips, cut into RTP payloads as browsers do. */
@NullMarked
package dev.parley.benchmarks.load.media;

import org.jspecify.annotations.NullMarked;
