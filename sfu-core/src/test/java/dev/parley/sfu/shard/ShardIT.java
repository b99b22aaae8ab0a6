package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.io.UdpPortConfig;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ShardIT {
    /** Sends every packet back; throws instead when its first byte is {@code !}. */
    private record Echo(Shard shard) implements ShardHandler {
        @Override
        public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {
            if (packet.u8(0) == '!') {
                throw new IllegalStateException("on purpose");
            }
            shard.port().send(packet, remote);
        }

        @Override
        public void onTcpClosed(TransportAddress remote) {}

        @Override
        public void turnEnd(long nowNs) {}
    }

    @Test
    void echoesOnItsOwnThreadAndSurvivesAHandlerThatThrows() throws IOException {
        try (Shard shard = start(0);
                DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            client.setSoTimeout(10_000);
            send(client, shard, "!");
            send(client, shard, "hello");
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            client.receive(answer);
            assertEquals("hello", new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
            assertEquals(1, shard.counters().failures().value());
        }
    }

    @Test
    void goesOnAfterACommandOrDeadlineThatThrows() throws Exception {
        try (Shard shard = start(0)) {
            assertTrue(shard.execute(() -> {
                throw new IllegalStateException("on purpose");
            }));
            assertTrue(shard.execute(() -> shard.deadlines().add(new BrokenTimer())));
            CompletableFuture<Boolean> inside = new CompletableFuture<>();
            assertTrue(shard.execute(() -> inside.complete(shard.inShard())));
            assertTrue(inside.get(10, TimeUnit.SECONDS));
            assertFalse(shard.inShard());
            awaitTwoTurns(shard);
            assertEquals(2, shard.counters().failures().value());
        }
    }

    @Test
    void wakesForCommandsAndDeadlinesLongBeforeItsWaitIsOver() throws Exception {
        try (Shard shard = start(0)) {
            for (int i = 0; i < 200; i++) {
                CountDownLatch ran = new CountDownLatch(1);
                long startNs = System.nanoTime();
                assertTrue(shard.execute(ran::countDown));
                assertTrue(ran.await(10, TimeUnit.SECONDS));
                assertTrue(System.nanoTime() - startNs < 900_000_000, "waited for the loop's own time-out");
            }
            CompletableFuture<Long> lateNs = new CompletableFuture<>();
            assertTrue(shard.execute(
                    () -> shard.deadlines().add(new OnceTimer(System.nanoTime() + 20_000_000, lateNs))));
            long late = lateNs.get(10, TimeUnit.SECONDS);
            assertTrue(late >= 0 && late < 500_000_000, "late by " + late + " ns");
        }
    }

    @Test
    void countsASlowTurn() throws Exception {
        try (Shard shard = start(0)) {
            assertTrue(shard.execute(() -> {
                long untilNs = System.nanoTime() + 2 * Shard.SLOW_TURN_NS;
                while (System.nanoTime() < untilNs) {
                    Thread.onSpinWait();
                }
            }));
            awaitTwoTurns(shard);
            assertTrue(shard.counters().slowTurns().value() >= 1);
        }
    }

    @Test
    void longCommandsDoNotKeepPacketsWaitingForEachOther() throws Exception {
        try (Shard shard = start(0)) {
            CountDownLatch ready = new CountDownLatch(1);
            assertTrue(shard.execute(() -> awaitUninterruptibly(ready)));
            Set<Long> turns = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 10; i++) {
                assertTrue(shard.execute(() -> {
                    turns.add(shard.counters().turns().value());
                    long endNs = System.nanoTime() + 3_000_000;
                    while (System.nanoTime() - endNs < 0) {
                        Thread.onSpinWait();
                    }
                }));
            }
            ready.countDown();
            awaitTwoTurns(shard);
            assertEquals(10, turns.size(), "commands of 3 ms shared a turn");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void runsEveryAcceptedCommandBeforeItEndsAndRefusesAfterwards() throws IOException {
        AtomicInteger ran = new AtomicInteger();
        int accepted = 0;
        Shard shard = start(0);
        try (shard) {
            for (int i = 0; i < 1_000; i++) {
                accepted += shard.execute(ran::incrementAndGet) ? 1 : 0;
            }
        }
        assertEquals(accepted, ran.get());
        assertTrue(accepted > 0);
        assertFalse(shard.execute(ran::incrementAndGet));
        shard.close();
        // The port number is free again.
        start(shard.port().port()).close();
    }

    @Test
    void saysAtStartWhichAddressCannotBeBound() throws IOException {
        try (Shard first = start(0)) {
            int port = first.port().port();
            IOException e = assertThrows(IOException.class, () -> start(port).close());
            assertTrue(String.valueOf(e.getMessage()).contains("127.0.0.1 port " + port), e.getMessage());
        }
    }

    @Test
    void reportsAHandlerThatCannotBeMade() {
        ShardConfig config = config(0);
        RuntimeException e = assertThrows(
                RuntimeException.class,
                () -> Shard.start(config, shard -> {
                            throw new IllegalArgumentException("on purpose");
                        })
                        .close());
        assertEquals("on purpose", String.valueOf(rootOf(e).getMessage()));
    }

    @Test
    void carriesBinaryPacketsUnchanged() throws IOException {
        try (Shard shard = start(0);
                DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            client.setSoTimeout(10_000);
            byte[] data = new byte[1_400];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (i * 31);
            }
            client.send(new DatagramPacket(
                    data,
                    data.length,
                    InetAddress.getLoopbackAddress(),
                    shard.port().port()));
            DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
            client.receive(answer);
            assertArrayEquals(data, Arrays.copyOf(answer.getData(), answer.getLength()));
        }
    }

    private static Throwable rootOf(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : rootOf(cause);
    }

    /** A command may run in the turn that is being waited for: only the count tells that the turn is over. */
    private static void awaitTwoTurns(Shard shard) throws InterruptedException {
        long until = shard.counters().turns().value() + 2;
        while (shard.counters().turns().value() < until) {
            CountDownLatch turn = new CountDownLatch(1);
            assertTrue(shard.execute(turn::countDown));
            assertTrue(turn.await(10, TimeUnit.SECONDS));
        }
    }

    private static ShardConfig config(int port) {
        return new ShardConfig(0, UdpPortConfig.of("auto", List.of("127.0.0.1"), port, true), 0, false, 256, 64);
    }

    private static Shard start(int port) throws IOException {
        return Shard.start(config(port), Echo::new);
    }

    private static void send(DatagramSocket client, Shard shard, String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        client.send(new DatagramPacket(
                data,
                data.length,
                InetAddress.getLoopbackAddress(),
                shard.port().port()));
    }

    private static final class BrokenTimer implements Timed {
        private long deadlineNs = 0;

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }

        @Override
        public void onDeadline(long nowNs) {
            deadlineNs = Long.MAX_VALUE;
            throw new IllegalStateException("on purpose");
        }
    }

    private static final class OnceTimer implements Timed {
        private final CompletableFuture<Long> lateNs;
        private long deadlineNs;

        OnceTimer(long deadlineNs, CompletableFuture<Long> lateNs) {
            this.deadlineNs = deadlineNs;
            this.lateNs = lateNs;
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }

        @Override
        public void onDeadline(long nowNs) {
            lateNs.complete(nowNs - deadlineNs);
            deadlineNs = Long.MAX_VALUE;
        }
    }
}
