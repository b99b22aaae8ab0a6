package dev.parley.benchmarks.load;

import dev.parley.benchmarks.accounting.CpuAffinity;
import dev.parley.benchmarks.forward.Machine;
import dev.parley.benchmarks.load.bot.Totals;
import dev.parley.benchmarks.load.target.ServerFacts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Makes results of readings. */
final class Results {
    /** Bots whose sends are later than this at p99 do not keep up. */
    private static final double LATE_MS = 10;

    private Results() {}

    /** What stays the same over the windows of a run. */
    record Frame(
            List<String> command,
            String target,
            ServerFacts server,
            LoadPlan plan,
            String place,
            String media,
            String botCiphers,
            double load1) {
        /** The same for another size. */
        Frame with(LoadPlan sized) {
            return new Frame(command, target, server, sized, place, media, botCiphers, load1);
        }
    }

    /**
     * Of one window.
     *
     * @param probedJoinsMs in rising order, of viewers that came for that after the warm-up
     */
    static LoadResult of(
            Frame frame, Measured measured, int members, int streams, int failedJoins, List<Double> probedJoinsMs) {
        Totals totals = measured.totals();
        double seconds = measured.seconds();
        LoadPlan plan = frame.plan();
        return new LoadResult(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                frame.command(),
                Machine.here(frame.load1(), List.of()),
                frame.target(),
                frame.server(),
                new LoadResult.Shape(
                        plan.rooms(),
                        plan.participants(),
                        plan.publishers(),
                        plan.profile().name().toLowerCase(Locale.ROOT),
                        plan.videoCodec().encodingName(),
                        streams,
                        plan.seconds(),
                        frame.place()),
                new LoadResult.Window(
                        seconds,
                        measured.calm().stolenShare(),
                        measured.calm().foreignShare(),
                        measured.calm().isCalm()),
                traffic(totals.packetsSent(), totals.bytesSent(), seconds),
                traffic(totals.packetsReceived(), totals.bytesReceived(), seconds),
                new LoadResult.Loss(
                        totals.missing(), measured.lossShare(), totals.recovered(), totals.nacks(), totals.botDrops()),
                serverCost(measured, members, streams),
                botCost(measured),
                latency(totals.latencyUs()),
                joins(probedJoinsMs, 0),
                joins(measured.rampJoinsMs(), failedJoins),
                layers(totals),
                validity(measured),
                notes(frame, measured));
    }

    private static LoadResult.Traffic traffic(long packets, long bytes, double seconds) {
        return new LoadResult.Traffic(packets, 8 * bytes, packets / seconds, 8 * bytes / seconds);
    }

    private static LoadResult.ServerCost serverCost(Measured measured, int members, int streams) {
        double cpuNs = measured.serverCpuNs();
        long resident =
                measured.serverAfter() == null ? 0 : measured.serverAfter().residentBytes();
        long idle = measured.idle() == null ? 0 : measured.idle().residentBytes();
        return new LoadResult.ServerCost(
                cpuNs / Math.max(1, measured.totals().packetsReceived()),
                measured.serverCores(),
                measured.serverCores() / Math.max(1, streams),
                resident,
                (resident - idle) / Math.max(1, members));
    }

    private static LoadResult.BotCost botCost(Measured measured) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new LoadResult.BotCost(
                measured.botCores(),
                measured.botCores() / Math.max(cores, CpuAffinity.machineCores()),
                measured.totals().latenessUs().getValueAtPercentile(99) / 1e3,
                measured.ownAfter().residentBytes(),
                (double) measured.garbageBytes()
                        / Math.max(
                                1,
                                measured.totals().packetsSent()
                                        + measured.totals().packetsReceived()));
    }

    private static LoadResult.Latency latency(Histogram us) {
        return new LoadResult.Latency(
                us.getTotalCount(),
                us.getValueAtPercentile(50),
                us.getValueAtPercentile(99),
                us.getValueAtPercentile(99.9),
                us.getTotalCount() == 0 ? 0 : us.getMaxValue());
    }

    private static LoadResult.JoinTimes joins(List<Double> sorted, int failed) {
        if (sorted.isEmpty()) {
            return new LoadResult.JoinTimes(0, failed, 0, 0, 0);
        }
        return new LoadResult.JoinTimes(
                sorted.size(), failed, percentile(sorted, 0.5), percentile(sorted, 0.99), sorted.getLast());
    }

    static double percentile(List<Double> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (share * sorted.size())));
    }

    private static LoadResult.Layers layers(Totals totals) {
        Map<String, Long> packets = new LinkedHashMap<>();
        for (int layer = 0; layer < Totals.layers(); layer++) {
            if (totals.layerPackets(layer) > 0) {
                packets.put(Integer.toString(layer), totals.layerPackets(layer));
            }
        }
        return new LoadResult.Layers(totals.switches(), packets);
    }

    private static LoadResult.Validity validity(Measured measured) {
        Totals totals = measured.totals();
        return new LoadResult.Validity(
                totals.complete(),
                totals.incomplete(),
                totals.outOfOrder(),
                totals.undecodable(),
                totals.corrupt(),
                totals.undecryptable(),
                totals.misdated(),
                totals.unexpected(),
                measured.silentStreams());
    }

    private static List<String> notes(Frame frame, Measured measured) {
        List<String> notes = new ArrayList<>();
        Totals totals = measured.totals();
        notes.add("media: " + frame.media() + "; bots encrypt with " + frame.botCiphers());
        if (!measured.calm().isCalm()) {
            notes.add("the machine was not calm: other guests or other processes took part of it");
        }
        if (totals.stalls() > 0) {
            notes.add("the bots were stopped for more than a second, " + totals.stalls() + " streams late");
        }
        if (areBotsOverloaded(measured)) {
            notes.add("the bots did not keep up, so the server was not the limit");
        }
        if (measured.seconds() < 0.9 * frame.plan().seconds()) {
            notes.add("ended early, after " + Math.round(measured.seconds()) + " s");
        }
        return notes;
    }

    /** Whether what was seen may be the bots' own doing. */
    static boolean areBotsOverloaded(Measured measured) {
        Totals totals = measured.totals();
        return totals.botDrops() > 0
                || totals.sendFailures() > 0
                || totals.latenessUs().getValueAtPercentile(99) / 1e3 > LATE_MS;
    }
}
