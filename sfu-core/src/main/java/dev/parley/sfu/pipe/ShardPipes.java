package dev.parley.sfu.pipe;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.peer.MediaPipe;
import dev.parley.sfu.peer.ReplicaDirectory;
import dev.parley.sfu.stats.DropCounters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One shard's ends of the pipes to and from the others: packets, and the messages of rooms that live on several shards.
 * Owned by the shard's thread, but for {@link #post} and {@link #hasWork}.
 *
 * <p>Messages are never refused, unlike what a {@link MediaPipe} or the mailbox takes: a room whose segments do not
 * agree any more could not be mended. They are bounded by what clients may do, each of which came through a mailbox or a
 * port.
 *
 * <p>A message posted before a packet is run before that packet is delivered, so a stream is known when its packets come.
 */
public final class ShardPipes {
    /** Of one pipe in one turn, so that it cannot keep the others, or the shard's own packets, waiting. */
    private static final int MAX_PACKETS_PER_TURN = 64;

    private final PipeEnd end;
    private final DropCounters drops;
    private final Runnable wakeUp;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Outgoing> outgoing = new ArrayList<>();
    private volatile PacketPipe[] incoming = {};

    private record Outgoing(ShardPipes to, PacketPipe pipe) {}

    /**
     * @param pool what packets from elsewhere are copied into
     * @param wakeUp ends the shard's wait, if it waits; called on other threads
     */
    public ShardPipes(PacketPool pool, DropCounters drops, Runnable wakeUp) {
        this.end = new PipeEnd(pool, new ReplicaDirectory(drops), new PipeCounters());
        this.drops = drops;
        this.wakeUp = wakeUp;
    }

    public PipeCounters counters() {
        return end.counters();
    }

    public ReplicaDirectory replicas() {
        return end.replicas();
    }

    /** The pipe to another shard, made when it is first asked for. */
    @SuppressWarnings("ReferenceEquality") // A shard has one of these.
    public MediaPipe to(ShardPipes other) {
        for (Outgoing known : outgoing) {
            if (known.to() == other) {
                return known.pipe();
            }
        }
        PacketPipe pipe = new PacketPipe(PacketPipe.DEFAULT_CAPACITY, drops);
        outgoing.add(new Outgoing(other, pipe));
        other.addIncoming(pipe);
        return pipe;
    }

    private synchronized void addIncoming(PacketPipe pipe) {
        PacketPipe[] more = Arrays.copyOf(incoming, incoming.length + 1);
        more[more.length - 1] = pipe;
        incoming = more;
    }

    /** Runs a command on the shard's thread, in the order of the calls of each thread. Any thread. */
    public void post(Runnable command) {
        commands.add(command);
        wakeUp.run();
    }

    /** Whether {@link #receive} would find something. */
    public boolean hasWork() {
        if (!commands.isEmpty()) {
            return true;
        }
        for (PacketPipe pipe : incoming) {
            if (!pipe.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Runs the messages and delivers the packets that have come. */
    public void receive(long nowNs) {
        PacketPipe[] pipes = incoming;
        // In this order: what a packet needs to have been told was posted before the packet became visible.
        for (PacketPipe pipe : pipes) {
            pipe.look();
        }
        runCommands();
        for (PacketPipe pipe : pipes) {
            pipe.drain(MAX_PACKETS_PER_TURN, end, nowNs);
        }
    }

    /** Runs the messages that have come: a command from outside may rely on what was posted before it. */
    public void runCommands() {
        for (Runnable command = next(); command != null; command = next()) {
            end.counters().messages().increment();
            command.run();
        }
    }

    private @Nullable Runnable next() {
        return commands.poll();
    }

    /** The shard ends, and its packets with it: no other one reads them any more when this returns. */
    public void close() {
        outgoing.forEach(to -> to.pipe().close());
    }

    /** Shows the other shards what was sent to them in this turn, each with one wake-up at most. */
    public void publish() {
        for (int i = 0; i < outgoing.size(); i++) {
            if (outgoing.get(i).pipe().publish()) {
                outgoing.get(i).to().wakeUp.run();
            }
        }
    }
}
