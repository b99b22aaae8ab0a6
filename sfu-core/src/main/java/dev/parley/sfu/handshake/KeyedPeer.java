package dev.parley.sfu.handshake;

import dev.parley.sfu.dtls.SrtpKeys;
import org.jspecify.annotations.Nullable;

/** Either role of a handshake, once it has keys. */
interface KeyedPeer {
    /** The keys, or {@code null} before the handshake is complete. */
    @Nullable
    SrtpKeys keys();
}
