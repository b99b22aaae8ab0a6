package dev.parley.signaling.metrics;

import dev.parley.sfu.SfuStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The server's metrics in Prometheus' text format, {@code parley_…}. The SFU is asked once a scrape, so that all
 * numbers of one are of one moment. Any thread.
 */
public final class ServerMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<SfuStats> source;
    private final Set<String> knownDrops = new HashSet<>();
    private final Set<String> knownProfiles = new HashSet<>();
    private volatile SfuStats stats;

    public ServerMetrics(Supplier<SfuStats> source) {
        this.source = source;
        this.stats = source.get();
        registerTotals();
        registerNativePeers();
        registerCipherProviders(stats);
        registry.getPrometheusRegistry().register(new ShardCollector(() -> stats));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private void registerTotals() {
        gauge("parley.rooms", "Rooms open now", Tags.empty(), SfuStats::rooms);
        gauge("parley.participants", "Participants in all rooms now", Tags.empty(), SfuStats::participants);
        // It does not change while the server runs.
        gauge("parley.io.layer", "The datagram layer in use", Tags.of("layer", stats.ioLayer()), s -> 1);
        counter("parley.packets", "Media packets", Tags.of("direction", "in"), SfuStats::packetsIn);
        counter("parley.packets", "Media packets", Tags.of("direction", "out"), SfuStats::packetsOut);
        counter("parley.bytes", "Bytes of media packets", Tags.of("direction", "in"), SfuStats::bytesIn);
        counter("parley.bytes", "Bytes of media packets", Tags.of("direction", "out"), SfuStats::bytesOut);
        counter("parley.nacks", "Packets asked for again", Tags.empty(), SfuStats::nacksReceived);
        counter("parley.retransmissions", "Packets sent again", Tags.empty(), SfuStats::packetsRetransmitted);
        counter("parley.keyframe.requests", "Keyframes asked for", Tags.empty(), SfuStats::keyframeRequestsSent);
        counter("parley.paced.packets", "Packets that waited for the pacer", Tags.empty(), SfuStats::packetsPaced);
        counter("parley.padding.bytes", "Bytes sent to probe ways", Tags.empty(), SfuStats::paddingBytes);
    }

    private void registerNativePeers() {
        gauge(
                "parley.native.encodes",
                "Video streams encoded now",
                Tags.empty(),
                s -> s.encodes().running());
        gauge(
                "parley.native.encodes.limit",
                "Video streams that may be encoded",
                Tags.empty(),
                s -> s.encodes().limit());
        counter(
                "parley.native.encodes.refused",
                "Video streams not encoded for the limit",
                Tags.empty(),
                s -> s.encodes().refused());
        gauge(
                "parley.native.connections",
                "Connections of libwebrtc open now",
                Tags.empty(),
                s -> s.nativePeers().connections());
        counter(
                "parley.native.connections.closed",
                "Connections of libwebrtc closed",
                Tags.empty(),
                s -> s.nativePeers().connectionsClosed());
        gauge(
                "parley.native.leaked.bytes",
                "Memory that libwebrtc has not given back for closed connections, by estimate",
                Tags.empty(),
                s -> s.nativePeers().leakedBytes());
        counter(
                "parley.native.callback.failures",
                "Exceptions caught in what libwebrtc calls",
                Tags.empty(),
                s -> s.nativePeers().callbackFailures());
        counter(
                "parley.native.frames",
                "Pictures given to encoders or decoded",
                Tags.of("direction", "out"),
                s -> s.nativePeers().framesSent());
        counter(
                "parley.native.frames",
                "Pictures given to encoders or decoded",
                Tags.of("direction", "in"),
                s -> s.nativePeers().framesReceived());
        counter(
                "parley.native.drops",
                "Pictures and samples that Java code was too busy to take",
                Tags.empty(),
                s -> s.nativePeers().dropped());
    }

    /**
     * Counts a join.
     *
     * @param outcome {@code joined}, or the code of the refusal
     */
    public void countJoin(String outcome) {
        registry.counter("parley.joins", "outcome", outcome).increment();
    }

    /** Everything, in Prometheus' text format. */
    public synchronized String scrape() {
        SfuStats now = source.get();
        stats = now;
        registerLabels(now);
        return registry.scrape();
    }

    /** Labels whose values the SFU names, and only now and then a new one. */
    private void registerLabels(SfuStats now) {
        for (String reason : now.drops().keySet()) {
            if (knownDrops.add(reason)) {
                counter("parley.drops", "Packets dropped", Tags.of("reason", reason), s -> drops(s, reason));
            }
        }
        for (String profile : now.srtpProfiles().keySet()) {
            if (knownProfiles.add(profile)) {
                counter(
                        "parley.srtp.profiles",
                        "Connections by negotiated SRTP profile",
                        Tags.of("profile", profile),
                        s -> s.srtpProfiles().getOrDefault(profile, 0L));
            }
        }
    }

    private void registerCipherProviders(SfuStats first) {
        first.cipherProviders()
                .forEach((profile, provider) -> gauge(
                        "parley.srtp.cipher.provider",
                        "Which provider's ciphers serve an SRTP profile; always 1",
                        Tags.of("profile", profile, "provider", provider),
                        _ -> 1));
    }

    private static double drops(SfuStats stats, String reason) {
        return stats.drops().getOrDefault(reason, 0L);
    }

    private void gauge(String name, String help, Tags tags, ToDoubleFunction<SfuStats> value) {
        Gauge.builder(name, this, self -> value.applyAsDouble(self.stats))
                .description(help)
                .tags(tags)
                .register(registry);
    }

    private void counter(String name, String help, Tags tags, ToDoubleFunction<SfuStats> value) {
        FunctionCounter.builder(name, this, self -> value.applyAsDouble(self.stats))
                .description(help)
                .tags(tags)
                .register(registry);
    }

    @Override
    public void close() {
        registry.close();
    }
}
