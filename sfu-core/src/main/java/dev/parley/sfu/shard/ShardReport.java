package dev.parley.sfu.shard;

import dev.parley.sfu.SfuStats;
import dev.parley.sfu.io.PortCounters;

/** Counters in the words of {@link SfuStats}. Any thread. */
final class ShardReport {
    private ShardReport() {}

    static SfuStats.Traffic traffic(PortCounters port) {
        return new SfuStats.Traffic(
                port.packetsIn().value(),
                port.bytesIn().value(),
                port.packetsOut().value(),
                port.bytesOut().value(),
                port.runs().runs(),
                port.runs().packets(),
                port.runs().byLength());
    }

    static SfuStats.Loop loop(Shard shard) {
        ShardCounters counters = shard.counters();
        return new SfuStats.Loop(
                counters.turns().value(),
                counters.slowTurns().value(),
                counters.busyNs().value(),
                shard.busyShare(),
                shard.isRealTime(),
                counters.commands().value(),
                shard.refusedCommands(),
                counters.failures().value());
    }
}
