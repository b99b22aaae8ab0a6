/** Signaling over WebSocket: the JSON protocol on one side, sessions on the other. */
@NullMarked
package dev.parley.signaling.websocket;

import org.jspecify.annotations.NullMarked;
