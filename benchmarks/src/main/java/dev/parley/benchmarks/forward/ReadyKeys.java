package dev.parley.benchmarks.forward;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;
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

/** SRTP keys in place of DTLS handshakes: a client's first record of DTLS is answered by its keys being there. */
public final class ReadyKeys implements DtlsEndpoint {
    public static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;

    private static final byte DTLS_HANDSHAKE = 22;
    private static final long SEED = 4_711;

    private final Map<Fingerprint, Integer> clients = new ConcurrentHashMap<>();

    /** What a client puts into its offer, which is how it is known again. */
    public Fingerprint fingerprintOf(int client) {
        Fingerprint fingerprint = Fingerprint.of("sha-256", new byte[] {(byte) client, (byte) (client >> 8)});
        clients.put(fingerprint, client);
        return fingerprint;
    }

    /** A fresh copy of a client's keys, since whoever gets them wipes them. */
    public static SrtpKeys keysOf(int client) {
        byte[] material = new byte[SrtpKeys.materialLength(PROFILE)];
        new Random(SEED + client).nextBytes(material);
        return SrtpKeys.fromMaterial(PROFILE, material);
    }

    /** What the server protects packets to a client with. */
    static SrtpSessionKeys towards(int client) {
        SrtpKeys keys = keysOf(client);
        return SrtpSessionKeys.derive(PROFILE, keys.serverKey(), keys.serverSalt());
    }

    /** What a client protects its packets with. */
    static SrtpSessionKeys from(int client) {
        SrtpKeys keys = keysOf(client);
        return SrtpSessionKeys.derive(PROFILE, keys.clientKey(), keys.clientSalt());
    }

    /** The datagram that begins a handshake. */
    static byte[] hello() {
        return new byte[] {DTLS_HANDSHAKE, (byte) 0xFE, (byte) 0xFD};
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of("sha-256", new byte[] {1});
    }

    @Override
    public DtlsTransportFactory dispatchingTo(Consumer<Runnable> dispatcher) {
        return (remote, listener) -> new Association(clients.getOrDefault(remote, 0), listener, dispatcher);
    }

    /** Has its keys at the first record, and ends when it is told to. */
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
