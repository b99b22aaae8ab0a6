/** Bots that are members of a room, each as an embedder would write it. */
@NullMarked
package dev.parley.examples;

import org.jspecify.annotations.NullMarked;
