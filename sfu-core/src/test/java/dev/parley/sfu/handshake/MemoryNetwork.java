package dev.parley.sfu.handshake;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Two ends joined by a path that loses, doubles and swaps datagrams by a seed. */
final class MemoryNetwork implements AutoCloseable {
    private final PacketPool pool = PacketPool.bounded(4);

    /** One end: remembers what its association says and sends to the other end. */
    final class End implements DtlsTransport.Listener {
        final CompletableFuture<SrtpKeys> connected = new CompletableFuture<>();
        final CompletableFuture<String> failed = new CompletableFuture<>();
        final CompletableFuture<Boolean> closed = new CompletableFuture<>();
        final List<DropReason> refused = new ArrayList<>();

        private final Random random;
        private final double faultRate;
        private @Nullable DtlsTransport transport;
        private @Nullable End other;
        private byte @Nullable [] held;
        private Function<byte[], List<byte[]>> rewrite = List::of;
        private final List<byte[]> early = new ArrayList<>();

        private End(long seed, double faultRate) {
            this.random = new Random(seed);
            this.faultRate = faultRate;
        }

        /** Changes what this end sends. */
        void rewrite(Function<byte[], List<byte[]>> change) {
            rewrite = change;
        }

        /** From now on datagrams reach this transport; those that came before do so now. */
        void attach(DtlsTransport to) {
            synchronized (MemoryNetwork.this) {
                transport = to;
                early.forEach(this::deliver);
                early.clear();
            }
        }

        DtlsTransport transport() {
            return Objects.requireNonNull(transport);
        }

        void deliver(byte[] datagram) {
            synchronized (MemoryNetwork.this) {
                if (transport == null) {
                    early.add(datagram);
                    return;
                }
                PacketBuffer packet = Objects.requireNonNull(pool.acquire());
                packet.putBytes(0, datagram, 0, datagram.length);
                packet.length(datagram.length);
                DropReason reason = transport.receive(packet);
                if (reason != null) {
                    refused.add(reason);
                }
                packet.release();
            }
        }

        @Override
        public void transmit(byte[] datagram) {
            for (byte[] part : rewrite.apply(datagram)) {
                carry(part);
            }
        }

        private void carry(byte[] datagram) {
            synchronized (MemoryNetwork.this) {
                End to = Objects.requireNonNull(other);
                double fate = random.nextDouble();
                if (fate < faultRate / 2) {
                    return; // Lost.
                }
                if (fate < faultRate * 0.75 && held == null) {
                    held = datagram; // Comes after the next one.
                    return;
                }
                to.deliver(datagram);
                if (fate < faultRate) {
                    to.deliver(datagram);
                }
                if (held != null) {
                    byte[] late = held;
                    held = null;
                    to.deliver(late);
                }
            }
        }

        @Override
        public void connected(SrtpKeys keys) {
            connected.complete(keys);
        }

        @Override
        public void failed(String reason) {
            failed.complete(reason);
        }

        @Override
        public void closed() {
            closed.complete(true);
        }
    }

    final End server;
    final End client;

    /** A path on which this share of the datagrams meets a fault: half are lost, a quarter swapped, a quarter doubled. */
    MemoryNetwork(long seed, double faultRate) {
        server = new End(seed, faultRate);
        client = new End(~seed, faultRate);
        server.other = client;
        client.other = server;
    }

    MemoryNetwork() {
        this(0, 0);
    }

    @Override
    public void close() {
        synchronized (this) {
            for (End end : List.of(server, client)) {
                if (end.transport != null) {
                    end.transport.close();
                }
                end.rewrite = datagram -> List.of();
            }
        }
    }
}
