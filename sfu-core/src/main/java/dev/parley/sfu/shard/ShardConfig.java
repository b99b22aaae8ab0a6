package dev.parley.sfu.shard;

import dev.parley.sfu.io.UdpPortConfig;

/**
 * How a {@link Shard} is started.
 *
 * @param index its number, from 0; part of the thread's name
 * @param port its port
 * @param gatherNs the longest that packets may be let gather before they are read: see {@link GatherPolicy}
 * @param realTime whether its thread runs before ordinary ones where the system permits it: see {@link Precedence}
 * @param maxPackets packet buffers it may hold
 * @param mailboxCapacity commands that may wait
 */
public record ShardConfig(
        int index, UdpPortConfig port, long gatherNs, boolean realTime, int maxPackets, int mailboxCapacity) {
    public static final int DEFAULT_MAILBOX_CAPACITY = 4_096;
}
