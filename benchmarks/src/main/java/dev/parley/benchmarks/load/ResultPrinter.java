package dev.parley.benchmarks.load;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Results for people. */
final class ResultPrinter {
    private final PrintWriter out;

    ResultPrinter(PrintWriter out) {
        this.out = out;
    }

    void print(LoadResult result) {
        LoadResult.Shape shape = result.shape();
        out.printf(
                Locale.ROOT,
                "%s: %d rooms of %d, %d publishing (%s, %s), %d forwarded streams; %s%n",
                result.server().product(),
                shape.rooms(),
                shape.participants(),
                shape.publishers(),
                shape.profile(),
                shape.videoCodec(),
                shape.streams(),
                shape.place());
        out.printf(
                Locale.ROOT,
                "measured        %.1f s, %.1f %% stolen, %.1f %% used by others%s%n",
                result.window().seconds(),
                100 * result.window().stolenShare(),
                100 * result.window().foreignShare(),
                result.window().calm() ? "" : " (not calm)");
        traffic("offered", result.offered());
        traffic("delivered", result.delivered());
        out.printf(
                Locale.ROOT,
                "loss            %.4f %% (%d missing, %d came again, %d asked for)%n",
                100 * result.loss().share(),
                result.loss().missing(),
                result.loss().recovered(),
                result.loss().nacks());
        cost(result);
        out.printf(
                Locale.ROOT,
                "latency         p50 %.2f ms, p99 %.2f, p99.9 %.2f, longest %.2f%n",
                result.latency().p50Us() / 1e3,
                result.latency().p99Us() / 1e3,
                result.latency().p999Us() / 1e3,
                result.latency().maxUs() / 1e3);
        joins("join to media", result.joins());
        joins("as rooms filled", result.rampJoins());
        out.printf(
                Locale.ROOT,
                "layers          %s packets, %d switches%n",
                result.layers().packets(),
                result.layers().switches());
        validity(result.validity());
        result.notes().forEach(note -> out.printf(Locale.ROOT, "note: %s%n", note));
        out.flush();
    }

    /** One line each. */
    void table(List<LoadResult> results) {
        out.printf(
                Locale.ROOT,
                "%8s %8s %11s %14s %8s %12s %9s %9s %9s %7s%n",
                "members",
                "streams",
                "packets/s",
                "µs CPU/packet",
                "server",
                "kB a member",
                "p50 ms",
                "p99 ms",
                "loss %",
                "frames");
        for (LoadResult result : results) {
            out.printf(
                    Locale.ROOT,
                    "%8d %8d %,11.0f %14.2f %6.1f %% %12.0f %9.2f %9.2f %9.4f %7s%n",
                    result.shape().participants(),
                    result.shape().streams(),
                    result.delivered().packetsPerSecond(),
                    result.serverCost().cpuNsPerForwardedPacket() / 1e3,
                    100 * result.serverCost().cpuShare(),
                    result.serverCost().residentBytesPerParticipant() / 1e3,
                    result.latency().p50Us() / 1e3,
                    result.latency().p99Us() / 1e3,
                    100 * result.loss().share(),
                    result.validity().isClean() ? "fine" : "WRONG");
        }
        results.stream()
                .flatMap(result -> result.notes().stream())
                .distinct()
                .forEach(note -> out.printf(Locale.ROOT, "note: %s%n", note));
        out.flush();
    }

    private void joins(String what, LoadResult.JoinTimes joins) {
        out.printf(
                Locale.ROOT,
                "%-15s p50 %.0f ms, p99 %.0f, longest %.0f (%d joins, %d failed)%n",
                what,
                joins.p50Ms(),
                joins.p99Ms(),
                joins.maxMs(),
                joins.joins(),
                joins.failed());
    }

    private void traffic(String what, LoadResult.Traffic traffic) {
        out.printf(
                Locale.ROOT,
                "%-15s %,d packets (%,.0f/s), %.1f Mbit/s%n",
                what,
                traffic.packets(),
                traffic.packetsPerSecond(),
                traffic.bitsPerSecond() / 1e6);
    }

    private void cost(LoadResult result) {
        LoadResult.ServerCost cost = result.serverCost();
        if (result.server().pid() != 0) {
            out.printf(
                    Locale.ROOT,
                    "server          %.2f µs CPU per forwarded packet, %.1f %% of a core, %.4f %% a stream%n",
                    cost.cpuNsPerForwardedPacket() / 1e3,
                    100 * cost.cpuShare(),
                    100 * cost.cpuPerStream());
            out.printf(
                    Locale.ROOT,
                    "memory          %.1f MB, %.0f kB a participant%n",
                    cost.residentBytes() / 1e6,
                    cost.residentBytesPerParticipant() / 1e3);
        }
        LoadResult.BotCost bots = result.bots();
        out.printf(
                Locale.ROOT,
                "bots            %.1f %% of a core (%.1f %% of the machine), late by %.1f ms at p99, %d drops, %.1f B garbage/packet%n",
                100 * bots.cpuShare(),
                100 * bots.machineShare(),
                bots.lateMs(),
                result.loss().botDrops(),
                bots.garbageBytesPerPacket());
    }

    private void validity(LoadResult.Validity validity) {
        out.printf(
                Locale.ROOT,
                "frames          %,d complete; %s%n",
                validity.complete(),
                validity.isClean() ? "nothing wrong with what came" : wrong(validity));
    }

    private static String wrong(LoadResult.Validity validity) {
        return String.format(
                Locale.ROOT,
                "WRONG: %d incomplete, %d out of order, %d undecodable, %d packets corrupt, %d undecryptable,"
                        + " %d misdated, %d unexpected, %d streams silent",
                validity.incomplete(),
                validity.outOfOrder(),
                validity.undecodable(),
                validity.corruptPackets(),
                validity.undecryptable(),
                validity.misdated(),
                validity.unexpected(),
                validity.silentStreams());
    }
}
