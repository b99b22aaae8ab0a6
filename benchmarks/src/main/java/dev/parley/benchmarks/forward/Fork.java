package dev.parley.benchmarks.forward;

import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.io.UdpPort;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures one I/O layer with one cipher: warms up, then alternates rounds of C and of Parley for each shape. */
final class Fork implements AutoCloseable {
    private static final int PUBLISHER = 0;
    private static final long STREAM_BYTES = 16 << 20;
    private static final int PACKETS_PER_ROUND = 10_000;
    private static final int MIN_ROUNDS = 5;
    private static final int MAX_ROUNDS = 41;
    /** Share of the time that is left to warm up in, at most. */
    private static final double WARM_UP_SHARE = 0.45;

    private static final int STEADY_ROUNDS = 25;
    private static final double STEADY = 0.03;
    /** Time that the compiler may take in a round of all shapes that counts as steady, over all its threads. */
    private static final long STEADY_COMPILATION_MS = 20;

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
    private static final int STAGE_ROUNDS = 5;
    private static final double STAGE_SHARE = 0.25;

    private final ForkPlan plan;
    private final SrtpCipherProvider ciphers;
    private final LoopbackSocket publisherSocket = LoopbackSocket.sender();
    private final BenchClient publisher = new BenchClient(PUBLISHER, publisherSocket);
    private final List<BenchClient> receivers = new ArrayList<>();
    private PublisherStream stream;
    private RoundDriver driver;

    Fork(ForkPlan plan, SrtpCipherProvider ciphers) throws IOException {
        this.plan = plan;
        this.ciphers = ciphers;
        int most = plan.shapes().stream().mapToInt(Shape::receivers).max().orElse(0);
        for (int i = 1; i <= most; i++) {
            receivers.add(new BenchClient(i, LoopbackSocket.receiver()));
        }
        stream = new PublisherStream(ciphers, PUBLISHER, STREAM_BYTES);
        driver = new RoundDriver(publisherSocket, stream);
    }

    /** Measures as many of the shapes as there is time for, and tells each result. */
    void run(long startNs, Consumer<Result> results) throws IOException {
        long endNs = startNs + plan.budgetNs();
        List<Result> measured = new ArrayList<>();
        try (ParleyForwarder parley = new ParleyForwarder(plan.io(), ciphers, UdpPort::open, publisher, receivers);
                CForwarderOrNone limit = CForwarderOrNone.of(plan, publisher, receivers)) {
            new Verification(publisherSocket, stream, receivers).check(parley);
            if (limit.forwarder() != null) {
                new Verification(publisherSocket, stream, receivers).check(limit.forwarder());
            }
            Cores.feeder();
            long warmUpNs = (long) ((endNs - System.nanoTime()) * WARM_UP_SHARE);
            long stagesNs = (long) ((endNs - warmUpNs - System.nanoTime()) * STAGE_SHARE);
            // From many to few: whoever is taken off and put back has to be told of new picture ids from then on.
            int left = plan.shapes().size();
            for (List<Shape> group : groups()) {
                warmUp(
                        parley,
                        group,
                        System.nanoTime()
                                + warmUpNs * group.size() / plan.shapes().size());
                for (Shape shape : group) {
                    long leftNs = endNs - stagesNs - System.nanoTime();
                    if (leftNs > 0) {
                        measured.add(measure(parley, limit.forwarder(), shape, leftNs / left));
                    }
                    left--;
                }
            }
        }
        addStages(measured, endNs, results);
    }

    /** The shapes by number of receivers, the most first. */
    private List<List<Shape>> groups() {
        SortedMap<Integer, List<Shape>> groups = new TreeMap<>(Comparator.reverseOrder());
        for (Shape shape : plan.shapes()) {
            groups.computeIfAbsent(shape.receivers(), key -> new ArrayList<>()).add(shape);
        }
        return List.copyOf(groups.values());
    }

    /**
     * Until Parley's rounds get no faster and the compiler has nothing to do any more. The feeder lets it have a core
     * meanwhile.
     */
    private void warmUp(ParleyForwarder parley, List<Shape> shapes, long endNs) throws IOException {
        driver.sparing(true);
        double best = Double.MAX_VALUE;
        int steady = 0;
        while (System.nanoTime() < endNs && steady < STEADY_ROUNDS) {
            long compiledMs = COMPILER.getTotalCompilationTime();
            double sum = 0;
            for (Shape shape : shapes) {
                if (System.nanoTime() < endNs) {
                    Forwarder.Cost cost = round(parley, shape);
                    sum += (double) cost.cpuNs() / cost.packetsOut();
                }
            }
            boolean compiling = COMPILER.getTotalCompilationTime() - compiledMs > STEADY_COMPILATION_MS;
            steady = compiling || sum < best * (1 - STEADY) ? 0 : steady + 1;
            best = Math.min(best, sum);
        }
        driver.sparing(false);
    }

    private Forwarder.Cost round(Forwarder forwarder, Shape shape) throws IOException {
        int frames = frames(shape);
        stream.prepare(frames, shape.gso(), shape.packetBytes());
        return driver.round(forwarder, shape, frames);
    }

    private int frames(Shape shape) {
        int wanted = Math.max(8, PACKETS_PER_ROUND / shape.receivers() / shape.gso());
        return Math.min(wanted, stream.capacity(shape.packetBytes(), shape.gso()));
    }

    private Result measure(ParleyForwarder parley, @Nullable Forwarder limit, Shape shape, long budgetNs)
            throws IOException {
        long endNs = System.nanoTime() + budgetNs;
        List<Double> costs = new ArrayList<>();
        List<Double> limits = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> runs = new ArrayList<>();
        List<Double> allocated = new ArrayList<>();
        int frames = frames(shape);
        long expected = (long) frames * shape.gso() * shape.receivers();
        while (costs.size() < MIN_ROUNDS || costs.size() < MAX_ROUNDS && System.nanoTime() < endNs) {
            stream.prepare(frames, shape.gso(), shape.packetBytes());
            boolean limitFirst = costs.size() % 2 == 0;
            Forwarder.Cost ofC = limit != null && limitFirst ? driver.round(limit, shape, frames) : null;
            Forwarder.Cost cost = driver.round(parley, shape, frames);
            ofC = limit != null && !limitFirst ? driver.round(limit, shape, frames) : ofC;
            double nsPerPacket = (double) cost.cpuNs() / expected;
            costs.add(nsPerPacket);
            runs.add(cost.meanRun());
            allocated.add((double) cost.allocatedBytes() / expected);
            if (ofC != null) {
                limits.add((double) ofC.cpuNs() / ofC.packetsOut());
                ratios.add(nsPerPacket / limits.getLast());
            }
        }
        return new Result(
                shape.receivers(),
                shape.packetBytes(),
                shape.gso(),
                parley.io(),
                plan.cipher(),
                quantile(costs, 0.5),
                limits.isEmpty() ? null : quantile(limits, 0.5),
                ratios.isEmpty() ? null : quantile(ratios, 0.5),
                ratios.isEmpty() ? 0 : quantile(ratios, 0.75) - quantile(ratios, 0.25),
                quantile(allocated, 0.5),
                quantile(runs, 0.5),
                costs.size(),
                Map.of());
    }

    static double quantile(List<Double> values, double quantile) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        double at = quantile * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }

    /** Rounds of their own on a shard of its own, whose port and ciphers read the clock. */
    private void addStages(List<Result> measured, long endNs, Consumer<Result> results) throws IOException {
        StageClock clock = new StageClock();
        // A receiver that is new expects a stream that is (RFC 3711 §3.3.1).
        stream.close();
        stream = new PublisherStream(ciphers, PUBLISHER, STREAM_BYTES);
        driver = new RoundDriver(publisherSocket, stream);
        try (ParleyForwarder parley =
                new ParleyForwarder(plan.io(), clock.ciphers(ciphers), clock.port(), publisher, receivers)) {
            for (int i = 0; i < STAGE_ROUNDS && System.nanoTime() < endNs; i++) {
                for (Result result : measured) {
                    round(parley, new Shape(result.receivers(), result.packetBytes(), result.gso()));
                }
            }
            for (Result result : measured) {
                Map<Stage, Double> shares = new EnumMap<>(Stage.class);
                if (System.nanoTime() < endNs) {
                    shares = stages(parley, clock, new Shape(result.receivers(), result.packetBytes(), result.gso()));
                }
                Map<String, Double> named = new TreeMap<>();
                shares.forEach((stage, share) -> named.put(stage.label(), share));
                results.accept(result.withStages(named));
            }
        }
    }

    private Map<Stage, Double> stages(ParleyForwarder parley, StageClock clock, Shape shape) throws IOException {
        Map<Stage, List<Double>> shares = new EnumMap<>(Stage.class);
        for (int i = 0; i < STAGE_ROUNDS; i++) {
            clock.reset();
            Forwarder.Cost cost = round(parley, shape);
            clock.shares(cost.cpuNs())
                    .forEach((stage, share) -> shares.computeIfAbsent(stage, key -> new ArrayList<>())
                            .add(share));
        }
        Map<Stage, Double> medians = new EnumMap<>(Stage.class);
        shares.forEach((stage, values) -> medians.put(stage, quantile(values, 0.5)));
        return medians;
    }

    @Override
    public void close() {
        stream.close();
        publisherSocket.close();
        receivers.forEach(receiver -> receiver.socket().close());
    }

    /** The C program if there is one. */
    private record CForwarderOrNone(@Nullable CForwarder forwarder) implements AutoCloseable {
        static CForwarderOrNone of(ForkPlan plan, BenchClient publisher, List<BenchClient> receivers)
                throws IOException {
            if (plan.program() == null || plan.limitCipher() == null) {
                return new CForwarderOrNone(null);
            }
            return new CForwarderOrNone(new CForwarder(plan.program(), plan.limitCipher(), publisher, receivers));
        }

        @Override
        public void close() {
            if (forwarder != null) {
                forwarder.close();
            }
        }
    }
}
