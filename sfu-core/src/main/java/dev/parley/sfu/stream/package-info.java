/** RTP streams in and out: loss repair, translation between streams, reports. Media ring. */
@NullMarked
package dev.parley.sfu.stream;

import org.jspecify.annotations.NullMarked;
