/** What people would see under load: libwebrtc sends pictures with a time code and decodes them at the other end. */
@NullMarked
package dev.parley.benchmarks.pictures;

import org.jspecify.annotations.NullMarked;
