package dev.parley.sfu.nativepeer;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Participant;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What native peers of one server share: ports, addresses, the number of encoders and the clock that looks after them.
 * Making one costs nothing; libwebrtc is loaded when it is first used. Any thread.
 */
public final class NativePeers implements AutoCloseable {
    private final NativePorts ports;
    private final UnaryOperator<String> reachable;
    private final EncodeBudget budget;
    private @Nullable EncodeClock clock;
    private boolean closed;

    /**
     * @param firstPort the first UDP port for browsers; 0 with {@code lastPort} 0 for any
     * @param lastPort the last such port
     * @param bound where the forwarding peers' ports are bound
     * @param announced what is told to browsers in place of this machine's addresses; empty for those
     * @param maxEncodes how many video streams may be encoded at once; negative for as many as the cores carry
     */
    public NativePeers(int firstPort, int lastPort, List<String> bound, List<String> announced, int maxEncodes) {
        this.ports = new NativePorts(firstPort, lastPort, announced);
        this.reachable = announced.isEmpty() ? UnaryOperator.identity() : new LocalAddresses(bound);
        this.budget = new EncodeBudget(maxEncodes);
    }

    /** How many video streams are, and may be, encoded. */
    public EncodeBudget budget() {
        return budget;
    }

    /**
     * Puts libwebrtc between a member that has just joined and its browser. The member leaves if that fails.
     *
     * @param browserState told how the browser's connection fares, which the member's own peer does not see
     * @return the member to be used from now on; fails with {@code NATIVE_UNAVAILABLE}
     */
    public CompletableFuture<Participant> terminate(Participant member, Consumer<ConnectionState> browserState) {
        return TerminatedParticipant.before(member, ports, reachable, budget, clock(), browserState);
    }

    /** Bridges between codecs, for a room in which somebody needs them. */
    public RoomBridges bridges(BridgedRoom room) {
        EncodeClock ticks = clock();
        BridgeMaker maker = (where, trackId, codec) -> CodecBridge.open(where, trackId, codec, reachable);
        CodecBridges bridges = new CodecBridges(room, maker, budget, ticks.executor());
        ticks.add(bridges);
        return new RoomBridges() {
            @Override
            public void undecodable(RoomEvent.SlotUndecodable event) {
                bridges.undecodable(event);
            }

            @Override
            public void close() {
                ticks.remove(bridges);
                bridges.close();
            }
        };
    }

    /** The bridges of one room. Any thread; nothing here waits. */
    public interface RoomBridges {
        /** A slot cannot show its track: a bridge shall serve it, or its participant is told why none does. */
        void undecodable(RoomEvent.SlotUndecodable event);

        /** The room has ended. */
        void close();
    }

    /** Why libwebrtc cannot be used here, as a sentence that says what to do; empty when it can. Loads it. */
    public static Optional<String> problem() {
        return NativeSupport.problem();
    }

    /**
     * Goes on only where libwebrtc can be used.
     *
     * @throws SfuException {@code NATIVE_UNAVAILABLE}, with a sentence that says what to do
     */
    public static void require() {
        problem().ifPresent(problem -> {
            throw new SfuException(SfuException.Code.NATIVE_UNAVAILABLE, problem);
        });
    }

    private synchronized EncodeClock clock() {
        if (closed) {
            throw new SfuException(SfuException.Code.CLOSED, "the server has been closed");
        }
        if (clock == null) {
            clock = new EncodeClock();
        }
        return clock;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (clock != null) {
            clock.close();
        }
    }
}
