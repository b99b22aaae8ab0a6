package dev.parley.signaling.metrics;

import dev.parley.sfu.SfuStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What each shard counts, label {@code shard}, in Prometheus' own types. Any thread. */
final class ShardCollector implements MultiCollector {
    private static final double NS_PER_SECOND = 1e9;

    private final Supplier<SfuStats> stats;

    ShardCollector(Supplier<SfuStats> stats) {
        this.stats = stats;
    }

    @Override
    public MetricSnapshots collect() {
        List<SfuStats.Shard> shards = stats.get().shards();
        List<MetricSnapshot> metrics = new ArrayList<>();
        addLoad(metrics, shards);
        addTraffic(metrics, shards);
        addLoop(metrics, shards);
        addPipes(metrics, shards);
        addDelay(
                metrics,
                shards,
                "parley_forwarding_delay",
                "From a media packet's arrival in the kernel until it was sent on; quantiles of the last minute",
                SfuStats.Shard::forwardingDelay);
        addDelay(
                metrics,
                shards,
                "parley_gather_wait",
                "The part of the forwarding delay in which packets were let gather to be sent together",
                SfuStats.Shard::gatherWait);
        return new MetricSnapshots(metrics);
    }

    private static void addLoad(List<MetricSnapshot> metrics, List<SfuStats.Shard> shards) {
        metrics.add(gauge("parley_shard_rooms", "Rooms of a shard", shards, SfuStats.Shard::rooms));
        metrics.add(
                gauge("parley_shard_participants", "Participants of a shard", shards, SfuStats.Shard::participants));
        metrics.add(gauge(
                "parley_shard_busy_ratio",
                "Share of the last second in which a shard was not waiting",
                shards,
                shard -> shard.loop().busyShare()));
        metrics.add(gauge(
                "parley_shard_real_time",
                "Whether a shard's thread runs before ordinary ones",
                shards,
                shard -> shard.loop().realTime() ? 1 : 0));
        metrics.add(gauge(
                "parley_shard_packets_held",
                "Packet buffers in use",
                shards,
                shard -> shard.pool().held()));
        metrics.add(gauge(
                "parley_shard_packets_capacity",
                "Packet buffers that a shard may use",
                shards,
                shard -> shard.pool().capacity()));
    }

    private static void addTraffic(List<MetricSnapshot> metrics, List<SfuStats.Shard> shards) {
        metrics.add(byDirection(
                "parley_shard_packets",
                "Packets of a shard's port, ICE and DTLS included",
                shards,
                shard -> shard.traffic().packetsIn(),
                shard -> shard.traffic().packetsOut()));
        metrics.add(byDirection(
                "parley_shard_bytes",
                "Bytes of those packets",
                shards,
                shard -> shard.traffic().bytesIn(),
                shard -> shard.traffic().bytesOut()));
        HistogramSnapshot.Builder runs = HistogramSnapshot.builder()
                .name("parley_shard_send_run_packets")
                .help("Packets that went to the kernel as one run (UDP_SEGMENT)");
        for (SfuStats.Shard shard : shards) {
            runs.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(labels(shard))
                    .classicHistogramBuckets(runLengths(shard.traffic().runsByLength()))
                    .sum((double) shard.traffic().runPackets())
                    .build());
        }
        metrics.add(runs.build());
    }

    /** Run lengths come in buckets of 1, 2, 3 to 4, 5 to 8 packets and so on. */
    private static ClassicHistogramBuckets runLengths(List<Long> counts) {
        double[] upperBounds = new double[counts.size() + 1];
        long[] inBucket = new long[upperBounds.length];
        for (int i = 0; i < counts.size(); i++) {
            upperBounds[i] = 1 << i;
            inBucket[i] = counts.get(i);
        }
        upperBounds[counts.size()] = Double.POSITIVE_INFINITY;
        inBucket[counts.size()] = 0;
        return ClassicHistogramBuckets.of(upperBounds, inBucket);
    }

    private static void addPipes(List<MetricSnapshot> metrics, List<SfuStats.Shard> shards) {
        metrics.add(gauge(
                "parley_shard_segments",
                "Parts of rooms on a shard whose register is on another one",
                shards,
                shard -> shard.pipes().segments()));
        metrics.add(counter(
                "parley_shard_pipe_packets",
                "Packets that came from other shards, once whoever watches",
                shards,
                shard -> shard.pipes().packets()));
        metrics.add(counter(
                "parley_shard_pipe_bytes",
                "Bytes of packets that came from other shards, decrypted",
                shards,
                shard -> shard.pipes().bytes()));
        metrics.add(counter(
                "parley_shard_pipe_messages",
                "What the segments of rooms have told a shard",
                shards,
                shard -> shard.pipes().messages()));
    }

    private static void addLoop(List<MetricSnapshot> metrics, List<SfuStats.Shard> shards) {
        metrics.add(counter(
                "parley_shard_turns",
                "Turns of a shard's loop",
                shards,
                shard -> shard.loop().turns()));
        metrics.add(counter(
                "parley_shard_slow_turns",
                "Turns of more than 10 ms, in which all packets of the shard waited",
                shards,
                shard -> shard.loop().slowTurns()));
        metrics.add(counter(
                "parley_shard_busy_seconds",
                "Time in which a shard was not waiting",
                shards,
                shard -> shard.loop().busyNs() / NS_PER_SECOND));
        metrics.add(counter(
                "parley_shard_commands",
                "Commands run for other threads",
                shards,
                shard -> shard.loop().commands()));
        metrics.add(counter(
                "parley_shard_commands_refused",
                "Commands refused because too many waited",
                shards,
                shard -> shard.loop().refusedCommands()));
        metrics.add(counter(
                "parley_shard_failures",
                "Exceptions at the root of a shard's loop: each is a bug",
                shards,
                shard -> shard.loop().failures()));
    }

    private static void addDelay(
            List<MetricSnapshot> metrics,
            List<SfuStats.Shard> shards,
            String name,
            String help,
            Function<SfuStats.Shard, SfuStats.Delay> value) {
        SummarySnapshot.Builder summary = SummarySnapshot.builder()
                .name(name + "_seconds")
                .unit(Unit.SECONDS)
                .help(help);
        for (SfuStats.Shard shard : shards) {
            SfuStats.Delay delay = value.apply(shard);
            summary.dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                    .labels(labels(shard))
                    .quantiles(Quantiles.of(
                            new Quantile(0.5, delay.p50Ns() / NS_PER_SECOND),
                            new Quantile(0.99, delay.p99Ns() / NS_PER_SECOND),
                            new Quantile(0.999, delay.p999Ns() / NS_PER_SECOND)))
                    .count(delay.count())
                    .sum(delay.totalNs() / NS_PER_SECOND)
                    .build());
        }
        metrics.add(summary.build());
        metrics.add(gauge(
                name + "_max_seconds",
                "The longest of the last minute",
                shards,
                shard -> value.apply(shard).maxNs() / NS_PER_SECOND));
    }

    private static GaugeSnapshot gauge(
            String name, String help, List<SfuStats.Shard> shards, ToDoubleFunction<SfuStats.Shard> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        for (SfuStats.Shard shard : shards) {
            gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(labels(shard))
                    .value(value.applyAsDouble(shard))
                    .build());
        }
        return gauge.build();
    }

    /** A counter; the name's {@code _total} is the format's to add. */
    private static CounterSnapshot counter(
            String name, String help, List<SfuStats.Shard> shards, ToDoubleFunction<SfuStats.Shard> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        for (SfuStats.Shard shard : shards) {
            counter.dataPoint(count(labels(shard), value.applyAsDouble(shard)));
        }
        return counter.build();
    }

    private static CounterSnapshot byDirection(
            String name,
            String help,
            List<SfuStats.Shard> shards,
            ToDoubleFunction<SfuStats.Shard> in,
            ToDoubleFunction<SfuStats.Shard> out) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        for (SfuStats.Shard shard : shards) {
            counter.dataPoint(count(labels(shard).merge(Labels.of("direction", "in")), in.applyAsDouble(shard)));
            counter.dataPoint(count(labels(shard).merge(Labels.of("direction", "out")), out.applyAsDouble(shard)));
        }
        return counter.build();
    }

    private static CounterSnapshot.CounterDataPointSnapshot count(Labels labels, double value) {
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    private static Labels labels(SfuStats.Shard shard) {
        return Labels.of("shard", Integer.toString(shard.index()));
    }
}
