package dev.parley.sfu.shard;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketLeakException;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.io.DatagramHandler;
import dev.parley.sfu.io.UdpPort;
import dev.parley.sfu.stats.DropCounters;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that owns rooms: one platform thread with one port, one packet pool, one mailbox and one deadline heap.
 *
 * <p>A turn is: packets, those of other shards, commands, deadlines, {@link ShardHandler#turnEnd}, flush. An exception
 * at its root is logged and counted, and costs the packet, command or deadline that threw it and nothing else. The
 * thread is no daemon, so a server stays up; {@link #close()} ends it.
 */
public final class Shard implements AutoCloseable {
    /** A turn longer than this delays every packet behind it enough to be heard, and counts as slow. */
    public static final long SLOW_TURN_NS = 10_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    /** So that a shard with no deadline still looks around. */
    private static final long MAX_WAIT_NS = 1_000_000_000;
    /** Commands run in one turn, so that a flood of them cannot keep packets waiting. */
    private static final int MAX_COMMANDS_PER_TURN = 256;
    /** The same for long ones, such as large offers: no further one is begun after so long. */
    private static final long COMMANDS_BUDGET_NS = 2_000_000;

    private final int index;
    private final PacketPool pool;
    private final Mailbox mailbox;
    private final GatherPolicy gather;
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final DropCounters drops = new DropCounters();
    private final ShardCounters counters = new ShardCounters();
    private final TurnTimes times;
    private final BusyMeter busy = new BusyMeter(System.nanoTime());
    private final Precedence precedence = new Precedence();
    private final Thread thread;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    /** Completed when the thread has ended, exceptionally if something made it end. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** True from before the loop looks into the mailbox for the last time until its wait is over. */
    private volatile boolean waiting;

    private volatile boolean stopping;
    private @Nullable UdpPort port;
    private @Nullable ShardHandler handler;
    private long nowNs;
    /** When the wait of this turn was over, if a packet ended it; else 0. */
    private long firstPacketNs;

    private long readingLagNs;

    private long lastFailureLoggedNs;

    private Shard(ShardConfig config, UdpPort.Opener opener, Function<Shard, ShardHandler> handlerFactory) {
        this.index = config.index();
        this.times = new TurnTimes(index);
        this.pool = PacketPool.bounded(config.maxPackets());
        this.mailbox = new Mailbox(config.mailboxCapacity());
        this.gather = new GatherPolicy(config.gatherNs());
        this.thread = Thread.ofPlatform()
                .name("parley-shard-" + index)
                .daemon(false)
                .unstarted(() -> runThread(config, opener, handlerFactory));
    }

    /**
     * Starts a shard.
     *
     * @param handlerFactory makes the handler, on the shard's thread, when port and pool are there and before the first
     *     packet
     * @throws IOException if the port cannot be bound
     */
    public static Shard start(ShardConfig config, Function<Shard, ShardHandler> handlerFactory) throws IOException {
        return start(config, UdpPort::open, handlerFactory);
    }

    /** As {@link #start(ShardConfig, Function)}, with another port than the configured layer's. */
    static Shard start(ShardConfig config, UdpPort.Opener opener, Function<Shard, ShardHandler> handlerFactory)
            throws IOException {
        Shard shard = new Shard(config, opener, handlerFactory);
        shard.thread.start();
        try {
            shard.started.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        return shard;
    }

    public int index() {
        return index;
    }

    /** The port; all but its {@code wakeUp} and accessors belong to the shard's thread. */
    public UdpPort port() {
        return Objects.requireNonNull(port, "the port is open when start() has returned");
    }

    /** Shard's thread only. */
    public PacketPool pool() {
        return pool;
    }

    /** Shard's thread only. */
    public DeadlineHeap deadlines() {
        return deadlines;
    }

    /** The clock as read at the start of this turn, in nanoseconds. Shard's thread only. */
    public long nowNs() {
        return nowNs;
    }

    /** How long the packet read last had waited since it arrived. Shard's thread only. */
    public long readingLagNs() {
        return readingLagNs;
    }

    /** Every drop on this shard: the port counts here, and the handler may. */
    public DropCounters drops() {
        return drops;
    }

    public ShardCounters counters() {
        return counters;
    }

    /** The share of the last second in which the loop was not waiting, 0 to 1. Any thread. */
    public double busyShare() {
        return busy.share(System.nanoTime());
    }

    /** Whether its thread runs before ordinary ones now. Any thread. */
    public boolean isRealTime() {
        return precedence.isHeld();
    }

    /** How often {@link #busyShare()} has been measured. Any thread. */
    long busyIntervals() {
        return busy.intervals();
    }

    /** Packet buffers that the shard may hold. Any thread. */
    public int maxPackets() {
        return pool.maxPackets();
    }

    /** Commands refused because the mailbox was full. */
    public long refusedCommands() {
        return mailbox.refused();
    }

    /** Whether the caller is the shard's thread. */
    public boolean inShard() {
        return Thread.currentThread() == thread;
    }

    /** Whether the loop has been asked to end, so that a command refused would be refused again. Any thread. */
    public boolean isStopping() {
        return stopping;
    }

    /**
     * Runs a command on the shard's thread, in a later turn. Any thread.
     *
     * @return false if the mailbox is full or the shard has stopped: the command will not run
     */
    public boolean execute(Runnable command) {
        if (!mailbox.offer(command)) {
            return false;
        }
        wakeUp();
        return true;
    }

    /** Ends the loop's wait, if it waits, because {@link ShardHandler#hasWork} is true. Any thread. */
    public void wakeUp() {
        if (waiting) {
            port().wakeUp();
        }
    }

    /**
     * Asks the loop to end, without waiting for it. Any thread. Commands accepted until then still run, and what they
     * send is flushed, so goodbyes are said by a command before this call.
     */
    public void stop() {
        stopping = true;
        port().wakeUp();
    }

    /**
     * Stops the loop, and waits until the port and the pool are closed; from the shard's own thread it only asks.
     *
     * @throws PacketLeakException if packets were held and leaks are traced, see {@link PacketPool#LEAK_TRACING}
     */
    @Override
    public void close() {
        stop();
        if (inShard()) {
            return;
        }
        awaitEnd();
        if (ended.isCompletedExceptionally() && ended.exceptionNow() instanceof PacketLeakException leak) {
            throw leak;
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void runThread(ShardConfig config, UdpPort.Opener opener, Function<Shard, ShardHandler> handlerFactory) {
        try (pool) {
            try (UdpPort opened = opener.open(config.port(), pool, drops, new Guard())) {
                port = opened;
                ShardHandler made = handlerFactory.apply(this);
                handler = made;
                if (config.realTime()) {
                    precedence.start(index);
                }
                started.complete(null);
                while (!stopping) {
                    turn(opened, made);
                }
                guarded(() -> made.turnBegin(nowNs));
                drainMailbox();
                guarded(opened::flush);
                guarded(made::stopped);
            }
        } catch (IOException | RuntimeException | Error e) {
            ended.completeExceptionally(e);
            if (!started.completeExceptionally(e)) {
                LOG.error("shard={} event=thread-ended", index, e);
            }
        }
    }

    private void turn(UdpPort io, ShardHandler engine) {
        firstPacketNs = 0;
        long gatheredBeforeNs = io.counters().gatheredNs().value();
        poll(io, engine);
        nowNs = System.nanoTime();
        long startNs = firstPacketNs == 0 ? nowNs : firstPacketNs;
        times.begin(startNs);
        times.end(TurnTimes.Step.PACKETS, nowNs);
        try {
            engine.turnBegin(nowNs);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        times.end(TurnTimes.Step.PIPES, System.nanoTime());
        runCommands();
        times.end(TurnTimes.Step.COMMANDS, System.nanoTime());
        try {
            deadlines.runDue(nowNs);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        times.end(TurnTimes.Step.DEADLINES, System.nanoTime());
        try {
            engine.turnEnd(nowNs);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        times.end(TurnTimes.Step.PROTECT, System.nanoTime());
        try {
            io.flush(); // Not guarded(io::flush), which would be garbage in each turn.
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        long endNs = System.nanoTime();
        times.end(TurnTimes.Step.FLUSH, endNs);
        try {
            engine.flushed(endNs, startNs, io.counters().gatheredNs().value() - gatheredBeforeNs);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        countTurn(endNs, endNs - startNs);
    }

    private void poll(UdpPort io, ShardHandler engine) {
        try {
            // Before the look into the mailbox: a command put in after that look finds it set and wakes the port.
            waiting = true;
            long waitNs = waitNs(engine);
            io.poll(waitNs, Math.min(waitNs, gather.gatherNs()));
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            waiting = false;
        }
    }

    private long waitNs(ShardHandler engine) {
        if (stopping || !mailbox.isEmpty() || engine.hasWork()) {
            return 0;
        }
        long deadlineNs = deadlines.nextDeadlineNs();
        return deadlineNs == Long.MAX_VALUE ? MAX_WAIT_NS : Math.min(MAX_WAIT_NS, deadlineNs - System.nanoTime());
    }

    private void runCommands() {
        for (int i = 0; i < MAX_COMMANDS_PER_TURN; i++) {
            Runnable command = mailbox.poll();
            if (command == null) {
                return;
            }
            counters.commands().increment();
            guarded(command);
            if (System.nanoTime() - nowNs > COMMANDS_BUDGET_NS) {
                return;
            }
        }
    }

    private void drainMailbox() {
        mailbox.close();
        while (!mailbox.isDrained()) {
            Runnable command = mailbox.poll();
            if (command == null) {
                Thread.onSpinWait(); // A producer is between claiming its slot and filling it.
            } else {
                guarded(command);
            }
        }
    }

    private void countTurn(long endNs, long busyNs) {
        counters.turns().increment();
        counters.busyNs().add(busyNs);
        counters.packetsHeld().set(pool.outstanding());
        if (busy.turnEnded(endNs, busyNs)) {
            precedence.measured(busy.share(endNs));
        }
        gather.turnEnded(endNs, port().counters().packetsOut().value(), busyNs);
        if (busyNs > SLOW_TURN_NS) {
            counters.slowTurns().increment();
            times.logSlow(endNs, busyNs, counters.slowTurns().value());
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Logs at most one failure a second: a bug met by every packet must not drown the machine in its traces. */
    private void failed(Throwable failure) {
        counters.failures().increment();
        long timeNs = System.nanoTime();
        if (lastFailureLoggedNs == 0 || timeNs - lastFailureLoggedNs > 1_000_000_000) {
            lastFailureLoggedNs = timeNs;
            LOG.error(
                    "shard={} event=loop-failure failures={}",
                    index,
                    counters.failures().value(),
                    failure);
        }
    }

    /** Keeps what a handler throws away from the port, and notes when the turn's first packet came. */
    private final class Guard implements DatagramHandler {
        @Override
        public void onDatagram(PacketBuffer packet, TransportAddress remote, long batchNs) {
            if (firstPacketNs == 0) {
                firstPacketNs = batchNs;
            }
            nowNs = batchNs;
            readingLagNs = batchNs - packet.receivedNs();
            try {
                engine().onDatagram(packet, remote, batchNs);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void onTcpClosed(TransportAddress remote) {
            try {
                engine().onTcpClosed(remote);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        private ShardHandler engine() {
            return Objects.requireNonNull(handler, "nothing is polled before the handler is there");
        }
    }
}
