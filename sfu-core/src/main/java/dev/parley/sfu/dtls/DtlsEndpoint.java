package dev.parley.sfu.dtls;

import java.util.function.Consumer;

/** The server's side of DTLS, shared by its shards. */
public interface DtlsEndpoint {
    /** Of the certificate that it presents. */
    Fingerprint fingerprint();

    /**
     * Starts associations whose listeners are called through {@code dispatcher}, such as a shard's mailbox, in order. A
     * dispatcher that refuses throws, which ends the association.
     */
    DtlsTransportFactory dispatchingTo(Consumer<Runnable> dispatcher);
}
