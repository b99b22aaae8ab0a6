package dev.parley.sfu.nativepeer;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridges between codecs of one room: one for each track and codec that somebody needs, however many they are, begun by
 * the first and ended when nobody has it in a slot any more. Runs on one executor, one call after the other.
 */
final class CodecBridges implements EncodeClock.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(CodecBridges.class);

    /** What libwebrtc encodes, the cheapest first: 16, 21, 28 and 51 % of a core for 640x360 at 30 frames a second. */
    private static final List<String> ENCODED = List.of("H264", "VP8", "VP9", "AV1");

    /** A change of layout takes a track out of its slot and puts it back: so long it does not cost a new encoder. */
    private static final int LINGER_TICKS = 5;

    private final BridgedRoom room;
    private final BridgeMaker maker;
    private final EncodeBudget budget;
    private final Executor executor;
    private final Map<Key, Bridge> bridges = new HashMap<>();
    /** Those that are to be tried again: for want of a place, or as their shard has not yet heard of the bridge. */
    private final List<RoomEvent.SlotUndecodable> unserved = new ArrayList<>();
    /** Codecs that a slot has been given for its track, and still could not take. */
    private final Map<Need, Set<String>> tried = new HashMap<>();

    private boolean closed;

    private record Key(String trackId, String codec) {}

    /** A slot and the track that it is asked to show. */
    private record Need(String participantId, String mid, String trackId) {
        static Need of(RoomEvent.SlotUndecodable event) {
            return new Need(event.participantId(), event.mid(), event.trackId());
        }
    }

    private static final class Bridge {
        private final Key key;
        private final EncodeBudget.Place place;
        /** Those who came before it ran. */
        private final List<RoomEvent.SlotUndecodable> waiting = new ArrayList<>();

        private @Nullable RunningBridge running;
        private int unwatchedTicks;

        Bridge(Key key, EncodeBudget.Place place) {
            this.key = key;
            this.place = place;
        }
    }

    CodecBridges(BridgedRoom room, BridgeMaker maker, EncodeBudget budget, Executor executor) {
        this.room = room;
        this.maker = maker;
        this.budget = budget;
        this.executor = executor;
    }

    /** A slot cannot show its track: a bridge shall serve it, or its participant is told why none does. Any thread. */
    void undecodable(RoomEvent.SlotUndecodable event) {
        executor.execute(() -> {
            if (!closed) {
                serve(event, true);
            }
        });
    }

    private void serve(RoomEvent.SlotUndecodable event, boolean first) {
        List<String> codecs = candidates(event);
        if (codecs.isEmpty()) {
            room.tell(event);
            return;
        }
        for (String codec : codecs) {
            Bridge there = bridges.get(new Key(event.trackId(), codec));
            if (there != null) {
                join(there, event);
                return;
            }
        }
        String codec = codecs.getFirst();
        EncodeBudget.Place place = first || budget.isFree() ? budget.tryTake() : null;
        if (place == null) {
            unserved.add(event);
            if (first) {
                room.tell(event.because(budget.refusal(event.codec(), codec)));
            }
            return;
        }
        begin(new Bridge(new Key(event.trackId(), codec), place), event);
    }

    private List<String> candidates(RoomEvent.SlotUndecodable event) {
        Set<String> without = tried.getOrDefault(Need.of(event), Set.of());
        return ENCODED.stream()
                .filter(event.accepted()::contains)
                .filter(codec -> !without.contains(codec))
                .toList();
    }

    private void begin(Bridge bridge, RoomEvent.SlotUndecodable first) {
        bridges.put(bridge.key, bridge);
        bridge.waiting.add(first);
        LOG.info(
                "room={} track={} event=bridge-begins from={} to={}",
                room.room().id(),
                bridge.key.trackId(),
                first.codec(),
                bridge.key.codec());
        var _ = maker.open(room.room(), bridge.key.trackId(), bridge.key.codec())
                .whenCompleteAsync((running, failure) -> opened(bridge, running, failure), executor);
    }

    private void opened(Bridge bridge, @Nullable RunningBridge running, @Nullable Throwable failure) {
        if (running == null) {
            remove(bridge);
            LOG.warn("room={} track={} event=bridge-failed", room.room().id(), bridge.key.trackId(), failure);
            SfuException reason = reason(failure);
            bridge.waiting.forEach(event -> room.tell(event.because(reason)));
            return;
        }
        var _ = running.ended().whenCompleteAsync((_, _) -> remove(bridge), executor);
        if (closed) {
            running.close();
            return;
        }
        bridge.running = running;
        bridge.waiting.forEach(event -> join(bridge, event));
        bridge.waiting.clear();
    }

    private static SfuException reason(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof SfuException known
                ? known
                : new SfuException(SfuException.Code.NATIVE_UNAVAILABLE, "the server's encoder does not start");
    }

    private void join(Bridge bridge, RoomEvent.SlotUndecodable event) {
        RunningBridge running = bridge.running;
        if (running == null) {
            bridge.waiting.add(event);
            return;
        }
        bridge.unwatchedTicks = 0;
        Need need = Need.of(event);
        tried.computeIfAbsent(need, _ -> new HashSet<>()).add(bridge.key.codec());
        var _ = room.substitute(event.participantId(), event.mid(), event.trackId(), running.encodingId())
                .whenCompleteAsync(
                        (shown, failure) -> {
                            if (failure != null || !shown) {
                                tried.remove(need);
                                unserved.add(event);
                            }
                        },
                        executor);
    }

    /** It has ended, or never begun. */
    private void remove(Bridge bridge) {
        bridge.place.release();
        if (bridges.remove(bridge.key, bridge)) {
            LOG.info(
                    "room={} track={} event=bridge-ends to={}",
                    room.room().id(),
                    bridge.key.trackId(),
                    bridge.key.codec());
        }
        // The track may come back in another way: then another try is fair.
        tried.keySet().removeIf(need -> need.trackId().equals(bridge.key.trackId()));
    }

    // --- by the clock
    // -------------------------------------------------------------------------------------------------

    @Override
    public void tick() {
        executor.execute(() -> {
            List.copyOf(bridges.values()).forEach(this::lookAfter);
            tryAgain();
        });
    }

    private void lookAfter(Bridge bridge) {
        RunningBridge running = bridge.running;
        if (running == null) {
            return;
        }
        var _ = room.shown(running.member(), running.encodingId())
                .whenCompleteAsync(
                        (shown, failure) -> {
                            if (failure != null) {
                                running.close();
                            } else if (shown.isPresent()) {
                                bridge.unwatchedTicks = 0;
                                running.steer(shown.get());
                            } else if (++bridge.unwatchedTicks >= LINGER_TICKS) {
                                running.close();
                            }
                        },
                        executor);
    }

    /** Serves those who could not be, as far as that has changed and they still want it. */
    private void tryAgain() {
        List<RoomEvent.SlotUndecodable> again = List.copyOf(unserved);
        unserved.clear();
        for (RoomEvent.SlotUndecodable event : again) {
            var _ = room.isWanted(event.participantId(), event.mid(), event.trackId())
                    .thenAcceptAsync(
                            wanted -> {
                                if (wanted && !closed) {
                                    serve(event, false);
                                }
                            },
                            executor);
        }
    }

    /** Ends all bridges. Any thread. */
    void close() {
        executor.execute(() -> {
            closed = true;
            unserved.clear();
            for (Bridge bridge : List.copyOf(bridges.values())) {
                if (bridge.running != null) {
                    bridge.running.close();
                }
            }
        });
    }

    /** Bridges that run or are about to. Only on the executor. */
    int count() {
        return bridges.size();
    }

    CompletableFuture<Integer> whenCounted() {
        return CompletableFuture.supplyAsync(this::count, executor);
    }
}
