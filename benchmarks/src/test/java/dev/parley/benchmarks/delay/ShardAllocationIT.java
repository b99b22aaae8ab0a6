package dev.parley.benchmarks.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A whole shard, with its real port, ciphers, timers, reports and counters, makes no garbage while it forwards: each byte
 * that its thread allocates would be counted.
 */
@Timeout(120)
final class ShardAllocationIT {
    private static final int MEMBERS = 4;
    private static final long ROUND_MS = 500;
    /** Long enough for the just-in-time compiler on a machine that has other things to do. */
    private static final int MAX_ROUNDS = 120;

    private static final long LEAST_PACKETS = 1_000;

    /** Whether pools trace leaks, which is garbage for each packet. */
    private static final String TRACING = System.getProperty(PacketPool.LEAK_TRACING, "false");

    @BeforeAll
    static void withoutLeakTracing() {
        System.setProperty(PacketPool.LEAK_TRACING, "false");
    }

    @AfterAll
    static void asBefore() {
        System.setProperty(PacketPool.LEAK_TRACING, TRACING);
    }

    @Test
    void receivesForwardsAndSendsWithoutGarbage() throws IOException, InterruptedException {
        SrtpCipherProviders ciphers = SrtpCipherProviders.select(SrtpCipherProviders.AUTO, System::nanoTime);
        assumeTrue(!ciphers.name().equals("jdk"), "the JDK's ciphers make garbage, and there are no others here");
        try (DelayServer server =
                        new DelayServer("auto", ciphers, SfuConfig.defaults().gather(), false);
                Load load = new Load()) {
            assumeTrue(server.io().equals("foreign"), "Netty's layers make garbage, and there is no other here");
            load.add(server.addRoom(MEMBERS));
            assertEquals(0, leastAllocated(server), "bytes allocated by the shard's thread in its best round");
            assertTrue(server.stats().forwardingDelay().count() > 0, "delays are measured meanwhile");
        }
    }

    private static long leastAllocated(DelayServer server) throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && least > 0; round++) {
            long packets = server.packetsOut();
            long before = server.allocatedBytes();
            Thread.sleep(ROUND_MS);
            long allocated = server.allocatedBytes() - before;
            if (server.packetsOut() - packets >= LEAST_PACKETS) {
                least = Math.min(least, allocated);
            }
        }
        return least;
    }
}
