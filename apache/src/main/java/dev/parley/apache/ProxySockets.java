package dev.parley.apache;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Holds many WebSockets open through httpd, each of a participant that pings as the web client does, and measures what
 * that costs httpd and what httpd adds to a round trip of signaling. {@code ./parley bench proxy-sockets} runs it.
 */
final class ProxySockets {
    private static final int PARTICIPANTS_PER_ROOM = 10;
    private static final int AT_ONCE = 25;
    /** Without httpd: so many that the pings to each stay within the server's messages-per-second. */
    private static final int DIRECT_SOCKETS = 20;

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** Both ways are measured by turns in each step, so that what else the machine does meets both alike. */
    private static final Duration STEP = Duration.ofMillis(10);

    private ProxySockets() {}

    /**
     * What was seen.
     *
     * @param open sockets that were open from the start to the end
     * @param unanswered pings that had no answer
     * @param idleBytes memory of httpd before any socket
     * @param openBytes memory with all of them
     * @param cpuShare of one core, while they were open
     */
    record Result(
            int sockets,
            int open,
            long pings,
            long unanswered,
            long idleBytes,
            long openBytes,
            double cpuShare,
            Latency direct,
            Latency proxied) {
        String report(long seconds) {
            return """
                    %,d WebSockets through httpd for %d s: %d of %d open to the end, %,d pings, %d unanswered
                    httpd: %.1f MB without them, %.1f MB with them (%.1f kB a socket), %.1f %% of a core

                    round trip of a ping   median      p99
                    direct               %5d µs %5d µs
                    through httpd        %5d µs %5d µs
                    added                %5d µs %5d µs
                    """.formatted(
                            sockets,
                            seconds,
                            open,
                            sockets,
                            pings,
                            unanswered,
                            idleBytes / 1e6,
                            openBytes / 1e6,
                            (openBytes - idleBytes) / 1e3 / sockets,
                            100 * cpuShare,
                            direct.medianUs(),
                            direct.p99Us(),
                            proxied.medianUs(),
                            proxied.p99Us(),
                            proxied.medianUs() - direct.medianUs(),
                            proxied.p99Us() - direct.p99Us());
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"sockets\":%d,\"open\":%d,\"pings\":%d,\"unanswered\":%d,\"httpdIdleBytes\":%d,"
                            + "\"httpdOpenBytes\":%d,\"httpdCpuShare\":%.4f,\"directMedianUs\":%d,\"directP99Us\":%d,"
                            + "\"proxiedMedianUs\":%d,\"proxiedP99Us\":%d}%n",
                    sockets,
                    open,
                    pings,
                    unanswered,
                    idleBytes,
                    openBytes,
                    cpuShare,
                    direct.medianUs(),
                    direct.p99Us(),
                    proxied.medianUs(),
                    proxied.p99Us());
        }
    }

    record Latency(long medianUs, long p99Us) {
        static Latency of(List<Long> nanos) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            return new Latency(sorted[sorted.length / 2] / 1_000, sorted[sorted.length * 99 / 100] / 1_000);
        }
    }

    static Result measure(int sockets, Duration duration) throws IOException, InterruptedException {
        try (Server server = Server.start("--joins-per-minute-per-address=1000000");
                Httpd httpd = Httpd.start(Map.of("SFU", server.address()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(RawClient.trusting())
                    .executor(threads)
                    .build();
            try {
                return measure(client, server, httpd, sockets, duration);
            } finally {
                // Closing would wait for the sockets.
                client.shutdownNow();
            }
        }
    }

    private static Result measure(HttpClient client, Server server, Httpd httpd, int sockets, Duration duration)
            throws InterruptedException {
        long idleBytes = httpd.memoryBytes();
        List<SignalingSocket> all = open(client, URI.create("wss://" + httpd.authority() + "/ws"), sockets, "proxied");
        List<SignalingSocket> beside =
                open(client, URI.create("ws://" + server.address() + "/ws"), DIRECT_SOCKETS, "direct");
        var probe = new Probe(all, beside);
        Duration cpuBefore = httpd.cpuTime();
        long startNs = System.nanoTime();
        probe.run(duration);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return new Result(
                sockets,
                (int) all.stream().filter(SignalingSocket::isOpen).count(),
                probe.pings,
                probe.unanswered(),
                idleBytes,
                httpd.memoryBytes(),
                httpd.cpuTime().minus(cpuBefore).toNanos() / 1e9 / seconds,
                Latency.of(probe.directNs),
                Latency.of(probe.proxiedNs));
    }

    private static List<SignalingSocket> open(HttpClient client, URI uri, int count, String name) {
        List<SignalingSocket> open = new ArrayList<>();
        while (open.size() < count) {
            List<CompletableFuture<SignalingSocket>> opening = new ArrayList<>();
            for (int i = open.size(); i < Math.min(count, open.size() + AT_ONCE); i++) {
                opening.add(SignalingSocket.join(client, uri, "room-" + i / PARTICIPANTS_PER_ROOM, name + "-" + i));
            }
            opening.forEach(socket -> open.add(socket.join()));
        }
        return open;
    }

    /** Sends the pings: the heartbeat of each socket in turn, and of those and the direct one what is measured. */
    private static final class Probe {
        private final List<SignalingSocket> all;
        private final List<SignalingSocket> beside;
        private final List<Long> directNs = new ArrayList<>();
        private final List<Long> proxiedNs = new ArrayList<>();
        private final List<CompletableFuture<Long>> heartbeats = new ArrayList<>();
        private long pings;

        private Probe(List<SignalingSocket> all, List<SignalingSocket> beside) {
            this.all = all;
            this.beside = beside;
        }

        void run(Duration duration) throws InterruptedException {
            long startNs = System.nanoTime();
            long sent = 0;
            for (long step = 0; System.nanoTime() - startNs < duration.toNanos(); step++) {
                long dueHeartbeats = (System.nanoTime() - startNs) * all.size() / HEARTBEAT.toNanos();
                for (; sent < dueHeartbeats; sent++) {
                    heartbeats.add(all.get((int) (sent % all.size())).ping());
                    pings++;
                }
                proxiedNs.add(all.get((int) (step * 7 % all.size())).ping().join());
                directNs.add(beside.get((int) (step % beside.size())).ping().join());
                pings++;
                TimeUnit.NANOSECONDS.sleep(startNs + (step + 1) * STEP.toNanos() - System.nanoTime());
            }
        }

        long unanswered() {
            return heartbeats.stream()
                    .filter(heartbeat -> heartbeat
                                    .completeOnTimeout(-1L, HEARTBEAT.toSeconds(), TimeUnit.SECONDS)
                                    .exceptionally(_ -> -1L)
                                    .join()
                            < 0)
                    .count();
        }
    }
}
