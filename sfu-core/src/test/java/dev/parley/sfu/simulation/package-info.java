/** A virtual clock and a seeded network for tests of whole calls. */
@NullMarked
package dev.parley.sfu.simulation;

import org.jspecify.annotations.NullMarked;
