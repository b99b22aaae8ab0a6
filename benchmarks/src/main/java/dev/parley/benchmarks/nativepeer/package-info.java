/** What a stream costs that is decoded and encoded, beside one that is forwarded. */
@NullMarked
package dev.parley.benchmarks.nativepeer;

import org.jspecify.annotations.NullMarked;
