/** LiveKit as a server under load: access tokens, its signaling over WebSocket, and members of its rooms. */
@NullMarked
package dev.parley.benchmarks.livekit;

import org.jspecify.annotations.NullMarked;
