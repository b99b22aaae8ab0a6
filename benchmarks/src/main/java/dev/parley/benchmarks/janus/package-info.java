/** Janus as a server under load: its configuration, its JSON API over WebSocket, and members of its video rooms. */
@NullMarked
package dev.parley.benchmarks.janus;

import org.jspecify.annotations.NullMarked;
