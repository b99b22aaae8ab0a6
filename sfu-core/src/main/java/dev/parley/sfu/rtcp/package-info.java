/** RTCP compound packets: readers and writers of the reports and feedback that an SFU speaks. Protocol ring. */
@NullMarked
package dev.parley.sfu.rtcp;

import org.jspecify.annotations.NullMarked;
