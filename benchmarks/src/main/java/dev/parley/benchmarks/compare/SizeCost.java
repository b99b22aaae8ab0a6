package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.load.LoadShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a room's size costs a server, read at one rate of packets: as many viewers in all, in many small rooms or in few large
 * ones. With one room that grows, the fixed cost of a turn of the server's loop is shared by ever more packets, and a
 * packet looks cheaper than the size makes it.
 *
 * @param viewers in all rooms together
 * @param rooms by size, small ones first
 * @param mostOverLeast CPU per packet where it was dearest over where it was cheapest, less one: 0.15 is flat within 15 %
 */
public record SizeCost(int viewers, List<Rooms> rooms, double mostOverLeast) {
    public SizeCost {
        rooms = List.copyOf(rooms);
    }

    /**
     * Rooms of one size; medians.
     *
     * @param viewers of each room, besides its publisher
     * @param memoryPerViewerKb growth of what is resident since nobody was there, over viewers: publishers' is in it
     */
    public record Rooms(
            int rooms, int viewers, double packetsPerSecond, double cpuUs, double memoryPerViewerKb, double p99Ms) {}

    /** By target; empty if the loads are not the same viewers in rooms of several sizes. */
    static Map<String, SizeCost> of(List<Comparison.Load> loads) {
        List<LoadShape> shapes =
                loads.stream().map(load -> LoadShape.parse(load.load())).toList();
        boolean even = shapes.stream().allMatch(LoadShape::isBroadcast)
                && shapes.stream().mapToInt(LoadShape::viewers).distinct().count() == 1
                && shapes.stream().mapToInt(LoadShape::rooms).distinct().count() > 1;
        Map<String, SizeCost> byTarget = new LinkedHashMap<>();
        if (even) {
            loads.getFirst().rounds().keySet().forEach(target -> byTarget.put(target, of(loads, target)));
        }
        return byTarget;
    }

    private static SizeCost of(List<Comparison.Load> loads, String target) {
        List<Rooms> rooms = new ArrayList<>();
        for (Comparison.Load load : loads) {
            LoadShape shape = LoadShape.parse(load.load());
            double membersAViewer = (double) shape.members() / shape.viewers();
            rooms.add(new Rooms(
                    shape.rooms(),
                    shape.viewers() / shape.rooms(),
                    load.packetsPerSecond(target),
                    load.median(Figure.CPU_PER_PACKET, target),
                    load.median(Figure.MEMORY_PER_PARTICIPANT, target) * membersAViewer,
                    load.median(Figure.LATENCY_P99, target)));
        }
        rooms.sort(Comparator.comparingInt(Rooms::viewers));
        double most = rooms.stream().mapToDouble(Rooms::cpuUs).max().orElse(Double.NaN);
        double least = rooms.stream().mapToDouble(Rooms::cpuUs).min().orElse(Double.NaN);
        return new SizeCost(LoadShape.parse(loads.getFirst().load()).viewers(), rooms, most / least - 1);
    }
}
