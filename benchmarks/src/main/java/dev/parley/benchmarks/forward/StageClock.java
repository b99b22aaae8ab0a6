package dev.parley.benchmarks.forward;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipher;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.crypto.SrtpSessionKeys;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.io.DatagramHandler;
import dev.parley.sfu.io.PortCounters;
import dev.parley.sfu.io.UdpPort;
import dev.parley.sfu.io.UdpPortConfig;
import dev.parley.sfu.stats.DropCounters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the clock around the port and the cipher of one shard. Its rounds are apart from those that are measured: reading
 * a clock twice a packet costs a tenth of what a packet does, which is taken off again here as well as can be.
 */
final class StageClock {
    /** Longer than anything but a system call takes: another thread had the core. */
    private static final long PREEMPTED_NS = 20_000;

    private static final int CALIBRATION = 10_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long clockNs = calibrate();
    private long pollCpuNs;
    private long handlerNs;
    private long decryptNs;
    private long protectNs;
    private long sendNs;

    private static long calibrate() {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long startNs = System.nanoTime();
            for (int i = 0; i < CALIBRATION - 2; i++) {
                System.nanoTime();
            }
            best = Math.min(best, (System.nanoTime() - startNs) / CALIBRATION);
        }
        return best;
    }

    void reset() {
        pollCpuNs = 0;
        handlerNs = 0;
        decryptNs = 0;
        protectNs = 0;
        sendNs = 0;
    }

    /** The shares of {@code cpuNs}, what the shard's thread has used since {@link #reset()}. */
    Map<Stage, Double> shares(long cpuNs) {
        Map<Stage, Double> ns = new EnumMap<>(Stage.class);
        ns.put(Stage.RECEIVE, (double) Math.max(0, pollCpuNs - handlerNs));
        ns.put(Stage.DECRYPT, (double) decryptNs);
        ns.put(Stage.PROTECT, (double) protectNs);
        ns.put(Stage.SEND, (double) sendNs);
        double known = ns.values().stream().mapToDouble(Double::doubleValue).sum();
        ns.put(Stage.ROUTE, Math.max(0, cpuNs - known));
        double all = Math.max((double) cpuNs, known);
        ns.replaceAll((stage, value) -> all == 0 ? 0 : value / all);
        return ns;
    }

    private long since(long startNs) {
        long ns = System.nanoTime() - startNs - clockNs;
        return ns > PREEMPTED_NS ? 0 : Math.max(0, ns);
    }

    UdpPort.Opener port() {
        return (config, pool, drops, handler) -> new TimedPort(config, pool, drops, handler);
    }

    SrtpCipherProvider ciphers(SrtpCipherProvider provider) {
        return new TimedCiphers(provider);
    }

    private final class TimedPort implements UdpPort {
        private final UdpPort port;

        TimedPort(UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
                throws IOException {
            port = UdpPort.open(config, pool, drops, new TimedHandler(handler));
        }

        @Override
        public void poll(long maxWaitNs, long gatherNs) {
            long startNs = THREADS.getCurrentThreadCpuTime();
            port.poll(maxWaitNs, gatherNs);
            pollCpuNs += THREADS.getCurrentThreadCpuTime() - startNs;
        }

        @Override
        public PacketBuffer place(TransportAddress remote) {
            return port.place(remote);
        }

        @Override
        public @Nullable PacketBuffer placeRun(TransportAddress remote, int datagrams, int bytes) {
            return port.placeRun(remote, datagrams, bytes);
        }

        @Override
        public void sendPlaced(int datagrams) {
            long startNs = System.nanoTime();
            port.sendPlaced(datagrams);
            sendNs += Math.max(0, System.nanoTime() - startNs - clockNs);
        }

        @Override
        public boolean send(PacketBuffer packet, TransportAddress remote) {
            long startNs = System.nanoTime();
            boolean sent = port.send(packet, remote);
            // With no limit: a long queue is flushed within.
            sendNs += Math.max(0, System.nanoTime() - startNs - clockNs);
            return sent;
        }

        @Override
        public void flush() {
            long startNs = THREADS.getCurrentThreadCpuTime();
            port.flush();
            sendNs += THREADS.getCurrentThreadCpuTime() - startNs;
        }

        @Override
        public void wakeUp() {
            port.wakeUp();
        }

        @Override
        public void keep(TransportAddress remote) {
            port.keep(remote);
        }

        @Override
        public void closeTcp(TransportAddress remote) {
            port.closeTcp(remote);
        }

        @Override
        public int port() {
            return port.port();
        }

        @Override
        public List<TransportAddress> localAddresses() {
            return port.localAddresses();
        }

        @Override
        public String layer() {
            return port.layer();
        }

        @Override
        public PortCounters counters() {
            return port.counters();
        }

        @Override
        public void close() {
            port.close();
        }
    }

    private final class TimedHandler implements DatagramHandler {
        private final DatagramHandler handler;

        TimedHandler(DatagramHandler handler) {
            this.handler = handler;
        }

        @Override
        public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {
            long startNs = System.nanoTime();
            handler.onDatagram(packet, remote, nowNs);
            handlerNs += System.nanoTime() - startNs;
        }

        @Override
        public void onTcpClosed(TransportAddress remote) {
            handler.onTcpClosed(remote);
        }
    }

    private final class TimedCiphers implements SrtpCipherProvider {
        private final SrtpCipherProvider provider;

        TimedCiphers(SrtpCipherProvider provider) {
            this.provider = provider;
        }

        @Override
        public String name() {
            return provider.name();
        }

        @Override
        public String version() {
            return provider.version();
        }

        @Override
        public boolean supports(SrtpProfile profile) {
            return provider.supports(profile);
        }

        @Override
        public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
            return new TimedCipher(provider.create(keys, direction));
        }
    }

    private final class TimedCipher implements SrtpCipher {
        private final SrtpCipher cipher;

        TimedCipher(SrtpCipher cipher) {
            this.cipher = cipher;
        }

        @Override
        public int protectRtp(
                PacketBuffer dst,
                int headerLength,
                int prefixLength,
                PacketBuffer src,
                int srcOffset,
                int restLength,
                int ssrc,
                long index) {
            long startNs = System.nanoTime();
            int length = cipher.protectRtp(dst, headerLength, prefixLength, src, srcOffset, restLength, ssrc, index);
            protectNs += since(startNs);
            return length;
        }

        @Override
        public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
            long startNs = System.nanoTime();
            boolean authentic = cipher.unprotectRtp(packet, headerLength, ssrc, index);
            decryptNs += since(startNs);
            return authentic;
        }

        @Override
        public int protectRtcp(PacketBuffer packet, int index) {
            return cipher.protectRtcp(packet, index);
        }

        @Override
        public boolean unprotectRtcp(PacketBuffer packet) {
            return cipher.unprotectRtcp(packet);
        }

        @Override
        public void close() {
            cipher.close();
        }
    }
}
