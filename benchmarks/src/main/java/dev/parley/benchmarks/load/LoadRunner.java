package dev.parley.benchmarks.load;

import dev.parley.benchmarks.accounting.CpuAffinity;
import dev.parley.benchmarks.accounting.ProcessUsage;
import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.target.Place;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.Target;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One server for comparisons: rooms come, are measured and go again, as often as wanted. One thread at a time. */
public final class LoadRunner implements AutoCloseable {
    private static final double JOINS_PER_SECOND = 40;

    private final ClipSource clips;
    private final Codec codec;
    private final Place place;
    private final List<String> command;
    private final String name;
    private final LoadSession session;
    private int rooms;

    /**
     * A round's result and what else the kernel knows of the server meanwhile.
     *
     * @param threadShares of the CPU time, by name of thread
     * @param systemShare of the CPU time, what was in the kernel
     */
    public record Round(LoadResult result, Map<String, Double> threadShares, double systemShare) {
        public Round {
            threadShares = Map.copyOf(threadShares);
        }
    }

    /** What may be done while a load is on. */
    @FunctionalInterface
    public interface UnderLoad {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Starts a server.
     *
     * @param folder for its configuration and logs
     * @param command what the tool was called with, for results
     */
    public LoadRunner(Target target, Place place, Path folder, ClipSource clips, Codec codec, List<String> command)
            throws IOException, InterruptedException {
        this.clips = clips;
        this.codec = codec;
        this.place = place;
        this.command = List.copyOf(command);
        this.name = target.name();
        BotSettings settings = new BotSettings(
                place.botAddress(),
                CpuAffinity.clientCores().size(),
                List.of(SrtpProfile.AEAD_AES_128_GCM),
                UnaryOperator.identity());
        this.session = new LoadSession(
                target,
                new ServerPlan(place, CpuAffinity.serverCores(), folder, ServerPlan.MANY),
                settings,
                new Progress(System.err));
    }

    /** The server's name on the command line. */
    public String name() {
        return name;
    }

    public ServerFacts server() {
        return session.server();
    }

    /** Loads it, so long, for nothing but to have it warm. */
    public void warmUp(LoadShape shape, double seconds) throws InterruptedException {
        under(shape, () -> session.pass("warming up " + name, seconds));
    }

    /** Loads it while something else is done. */
    public void under(LoadShape shape, double settleSeconds, UnderLoad then) throws IOException, InterruptedException {
        fill(shape);
        try {
            session.pass("settling " + name, settleSeconds);
            then.run();
        } finally {
            session.leave(session.members());
        }
    }

    @FunctionalInterface
    private interface Waiting {
        void run() throws InterruptedException;
    }

    private void under(LoadShape shape, Waiting waiting) throws InterruptedException {
        fill(shape);
        try {
            waiting.run();
        } finally {
            session.leave(session.members());
        }
    }

    /** Loads it, lets it settle, measures, and lets all go. */
    public Round round(LoadShape shape, double settleSeconds, double seconds) throws IOException, InterruptedException {
        return round(shape, settleSeconds, seconds, () -> {});
    }

    /** The same, with something that is done just before measuring begins. */
    public Round round(LoadShape shape, double settleSeconds, double seconds, UnderLoad before)
            throws IOException, InterruptedException {
        double load1 = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        fill(shape);
        try {
            session.pass("settling " + name, settleSeconds);
            before.run();
            Measured measured = session.measure(seconds);
            LoadPlan plan = plan(shape, settleSeconds, seconds);
            Results.Frame frame = new Results.Frame(
                    command, name, session.server(), plan, place.what(), clips.what(), session.ciphers(), load1);
            LoadResult result =
                    Results.of(frame, measured, session.members(), session.streams(), session.failed(), List.of());
            return new Round(result, threadShares(measured), systemShare(measured));
        } finally {
            session.leave(session.members());
        }
    }

    private void fill(LoadShape shape) throws InterruptedException {
        Crowd crowd = new Crowd(shape.profile().media(clips, codec));
        for (int i = 0; i < shape.rooms(); i++) {
            // Rooms of earlier rounds may still be there, empty.
            session.join(crowd.room(rooms++, shape.participants(), shape.publishers()), JOINS_PER_SECOND);
        }
    }

    private LoadPlan plan(LoadShape shape, double settleSeconds, double seconds) {
        return new LoadPlan(
                shape.rooms(),
                shape.participants(),
                shape.publishers(),
                shape.profile(),
                codec,
                seconds,
                settleSeconds,
                JOINS_PER_SECOND,
                CpuAffinity.serverCores(),
                CpuAffinity.clientCores(),
                CpuAffinity.clientCores().size());
    }

    private static Map<String, Double> threadShares(Measured measured) {
        ProcessUsage before = measured.serverBefore();
        ProcessUsage after = measured.serverAfter();
        Map<String, Double> shares = new HashMap<>();
        if (before != null && after != null) {
            double all = Math.max(1, after.cpuNsSince(before));
            after.threadCpuNs()
                    .forEach((thread, ns) ->
                            shares.put(thread, (ns - before.threadCpuNs().getOrDefault(thread, 0L)) / all));
            shares.values().removeIf(share -> share < 0.001);
        }
        return shares;
    }

    private static double systemShare(Measured measured) {
        ProcessUsage before = measured.serverBefore();
        ProcessUsage after = measured.serverAfter();
        return before == null || after == null ? 0 : after.systemShareSince(before);
    }

    @Override
    public void close() {
        session.close();
    }
}
