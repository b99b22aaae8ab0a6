package dev.parley.benchmarks.load.bot;

import com.sun.management.ThreadMXBean;
import dev.parley.sfu.buffer.PacketPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of many bots. Each millisecond it sends what is due and reads what has come, so that what many bots receive is
 * read in batches; arrival times are the kernel's, so that nothing seems later for it.
 */
final class BotLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BotLoop.class);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long TICK_NS = 1_000_000;
    /** Of one read: so many a millisecond are worth waiting for more. */
    private static final int MANY_DATAGRAMS = 50;

    private static final long GATHER_NS = 3_500_000;
    private static final int PACKETS = 1_024;

    private final Totals totals = new Totals();
    private final PacketPool pool = PacketPool.bounded(PACKETS);
    private final BotSockets sockets;
    private final List<SentStream> streams = new ArrayList<>();
    private final List<BotPeer> peers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private long nowNs = System.nanoTime();
    private long nextReadNs = nowNs;
    private volatile boolean closing;

    BotLoop(String localAddress, int number) throws IOException {
        sockets = new BotSockets(localAddress, pool);
        thread = new Thread(this::run, "bots-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        Linux.preciseTimeouts();
        long tickNs = System.nanoTime();
        try {
            while (!closing) {
                turn();
                tickNs = Math.max(tickNs + TICK_NS, System.nanoTime());
                long waitNs = tickNs - System.nanoTime();
                if (waitNs > 0) {
                    LockSupport.parkNanos(waitNs);
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.error("event=bots-failed", e);
            throw e;
        } finally {
            release();
            ended.countDown();
        }
    }

    private void turn() {
        nowNs = System.nanoTime();
        Runnable command = commands.poll();
        while (command != null) {
            command.run();
            command = commands.poll();
        }
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).send(nowNs);
        }
        // What has come gathers for some turns when there is much of it: fewer calls for the same packets.
        if (nowNs >= nextReadNs) {
            nextReadNs = nowNs + (sockets.poll() > MANY_DATAGRAMS ? GATHER_NS : 0);
        }
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).onTimer(nowNs);
        }
        totals.sendFailures = sockets.sendFailures();
    }

    private void release() {
        while (!peers.isEmpty()) {
            peers.removeLast().close();
        }
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        sockets.close();
        pool.close();
    }

    /** The clock at the beginning of this turn. */
    long nowNs() {
        return nowNs;
    }

    BotSockets sockets() {
        return sockets;
    }

    Totals totals() {
        return totals;
    }

    /** Runs a command on the bots' thread, soon. */
    void execute(Runnable command) {
        commands.add(command);
    }

    /** Runs a command on the bots' thread and waits for what it returns. */
    <T extends @Nullable Object> T call(Callable<T> command) {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(command.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.join();
    }

    void add(BotPeer peer) {
        peers.add(peer);
    }

    void remove(BotPeer peer) {
        peers.remove(peer);
    }

    void add(SentStream stream) {
        streams.add(stream);
    }

    void remove(SentStream stream) {
        streams.remove(stream);
    }

    /** Bytes that its thread has ever allocated on Java's heap. */
    long allocatedBytes() {
        return THREADS.getThreadAllocatedBytes(thread.threadId());
    }

    /** Streams of all its bots that are to show something and of which nothing came since the last call. */
    int takeSilent() {
        int silent = 0;
        for (BotPeer peer : peers) {
            silent += peer.takeSilent();
        }
        return silent;
    }

    @Override
    public void close() {
        closing = true;
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
