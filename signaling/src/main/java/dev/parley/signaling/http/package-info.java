/** The HTTP side: pipeline, routing, static files, origins and headers. Knows no rooms. */
@NullMarked
package dev.parley.signaling.http;

import org.jspecify.annotations.NullMarked;
