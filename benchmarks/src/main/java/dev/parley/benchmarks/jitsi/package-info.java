/** Jitsi Videobridge as a server under load: Colibri2 over REST, the bridge's WebSocket, and members of its conferences. */
@NullMarked
package dev.parley.benchmarks.jitsi;

import org.jspecify.annotations.NullMarked;
