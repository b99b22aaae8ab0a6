/** The Parley server: what starts and stops it. */
@NullMarked
package dev.parley.signaling;

import org.jspecify.annotations.NullMarked;
