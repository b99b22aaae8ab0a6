package dev.parley.sfu.shard;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsEndpoint;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.DtlsTransportFactory;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.stats.DropReason;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Handshakes that are over at the first record: the keys follow from the number of the client. */
final class MemoryDtls implements DtlsEndpoint {
    private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;

    private final Map<Fingerprint, Integer> clients = new ConcurrentHashMap<>();

    /** What a client puts into its offer, which is how it is known again. */
    Fingerprint fingerprintOf(int client) {
        Fingerprint fingerprint = Fingerprint.of("sha-256", new byte[] {2, (byte) (client >> 8), (byte) client});
        clients.put(fingerprint, client);
        return fingerprint;
    }

    /** A fresh copy, since whoever gets it wipes it. */
    static SrtpKeys keysOf(int client) {
        byte[] material = new byte[SrtpKeys.materialLength(PROFILE)];
        new Random(client).nextBytes(material);
        return SrtpKeys.fromMaterial(PROFILE, material);
    }

    static byte[] hello() {
        return new byte[] {22, (byte) 0xFE, (byte) 0xFD};
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of("sha-256", new byte[] {1});
    }

    @Override
    public DtlsTransportFactory dispatchingTo(Consumer<Runnable> dispatcher) {
        return (remote, listener) -> new Association(clients.getOrDefault(remote, 0), listener, dispatcher);
    }

    private static final class Association implements DtlsTransport {
        private final int client;
        private final Listener listener;
        private final Consumer<Runnable> dispatcher;
        private boolean connected;

        Association(int client, Listener listener, Consumer<Runnable> dispatcher) {
            this.client = client;
            this.listener = listener;
            this.dispatcher = dispatcher;
        }

        @Override
        public @Nullable DropReason receive(PacketBuffer datagram) {
            if (!connected) {
                connected = true;
                dispatcher.accept(() -> listener.connected(keysOf(client)));
            }
            return null;
        }

        @Override
        public void close() {
            dispatcher.accept(listener::closed);
        }
    }
}
