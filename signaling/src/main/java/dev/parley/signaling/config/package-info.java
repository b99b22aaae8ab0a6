/** What the server is told at its start: the keys, their layers and their checks. */
@NullMarked
package dev.parley.signaling.config;

import org.jspecify.annotations.NullMarked;
