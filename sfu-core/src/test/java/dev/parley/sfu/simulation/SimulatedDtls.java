package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.DtlsTransportFactory;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Ready keys in place of DTLS handshakes. A client's hello starts an association and is answered with its number, by
 * which the client asks for the keys; listeners are called later on the clock, as a shard's commands are.
 */
final class SimulatedDtls implements DtlsTransportFactory {
    /** The first byte of a record of the handshake, and of an alert, which stands for close_notify. */
    static final int HANDSHAKE = 22;

    static final int ALERT = 21;
    static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;

    private final VirtualClock clock;
    private final Random random;
    private final List<byte[]> materials = new ArrayList<>();
    private int limit = Integer.MAX_VALUE;

    SimulatedDtls(VirtualClock clock, long seed) {
        this.clock = clock;
        this.random = new Random(seed);
    }

    /** Refuses to start more associations than this. */
    void limit(int associations) {
        limit = associations;
    }

    int associations() {
        return materials.size();
    }

    /** A fresh copy of an association's keys, since whoever gets them wipes them. */
    SrtpKeys keys(int association) {
        return SrtpKeys.fromMaterial(PROFILE, materials.get(association).clone());
    }

    @Override
    public @Nullable DtlsTransport start(Fingerprint remote, DtlsTransport.Listener listener) {
        if (materials.size() >= limit) {
            return null;
        }
        byte[] material = new byte[SrtpKeys.materialLength(PROFILE)];
        random.nextBytes(material);
        materials.add(material);
        return new Association(materials.size() - 1, listener);
    }

    private final class Association implements DtlsTransport {
        private final int number;
        private final Listener listener;
        private boolean connected;
        private boolean ended;

        Association(int number, Listener listener) {
            this.number = number;
            this.listener = listener;
        }

        @Override
        public @Nullable DropReason receive(PacketBuffer datagram) {
            if (datagram.u8(0) == ALERT) {
                end();
            } else if (datagram.u8(0) == HANDSHAKE && !ended) {
                clock.after(0, this::answer);
            }
            return null;
        }

        private void answer() {
            if (!connected) {
                connected = true;
                listener.connected(keys(number));
            }
            listener.transmit(new byte[] {HANDSHAKE, (byte) (number >> 8), (byte) number});
        }

        @Override
        public void close() {
            clock.after(0, () -> listener.transmit(new byte[] {ALERT}));
            end();
        }

        private void end() {
            if (!ended) {
                ended = true;
                clock.after(0, listener::closed);
            }
        }
    }
}
