package dev.parley.sfu.dtls;

import org.jspecify.annotations.Nullable;

/** Starts DTLS associations. */
public interface DtlsTransportFactory {
    /**
     * Starts a handshake; its time limit runs from now, so start it when ICE has a path.
     *
     * @param remote the fingerprint that the remote side's certificate must have
     * @return {@code null} when the limit of concurrent handshakes is reached; the caller may try again at a later packet
     */
    @Nullable
    DtlsTransport start(Fingerprint remote, DtlsTransport.Listener listener);
}
