/** Makes the media that bots play: libwebrtc encodes generated pictures and sound, and its packets are put into files. */
@NullMarked
package dev.parley.benchmarks.clips;

import org.jspecify.annotations.NullMarked;
