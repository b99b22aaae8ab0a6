package dev.parley.sfu.dtls;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.stats.DropReason;
import org.jspecify.annotations.Nullable;

/** One DTLS association, as its peer sees it. Its methods are called by the shard and never block. */
public interface DtlsTransport {
    /**
     * Takes a datagram that ICE has found to be from the remote side; copies it.
     *
     * @return why the datagram was dropped, or {@code null} when it was taken
     */
    @Nullable
    DropReason receive(PacketBuffer datagram);

    /** Sends close_notify and ends the association; the listener hears {@code closed}, or {@code failed} before keys. */
    void close();

    /**
     * Told what becomes of the association. After {@code failed} or {@code closed}, of which exactly one comes, there is
     * nothing more. Calls come one at a time.
     */
    interface Listener {
        /** A datagram to send to the remote side; the array is the listener's to keep. */
        void transmit(byte[] datagram);

        /** The handshake is complete and the remote certificate has the expected fingerprint. */
        void connected(SrtpKeys keys);

        /** The handshake ended without keys, for a reason fit for a log. */
        void failed(String reason);

        /** An association that was connected has ended, by either side. */
        void closed();
    }
}
