package dev.parley.sfu.shard;

import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.peer.MediaPipe;
import dev.parley.sfu.peer.Peer;
import dev.parley.sfu.peer.PeerObserver;
import dev.parley.sfu.peer.ReplicaDirectory;
import dev.parley.sfu.room.RoomServices;
import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.room.SegmentMessage;
import dev.parley.sfu.room.SegmentState;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The ties of one segment to its shard, and for the first one those of its room. Owned by the shard's thread. */
final class SegmentBinding implements RoomServices, Timed {
    private final ShardEngine engine;
    private final int index;
    private final Consumer<RoomEvent> events;
    private @Nullable RoomSegments segments;
    private DeadlineHeap.@Nullable Handle deadline;

    private SegmentBinding(ShardEngine engine, int index, Consumer<RoomEvent> events) {
        this.engine = engine;
        this.index = index;
        this.events = events;
    }

    /** Makes a room whose shard is {@code engine}'s. Any thread. */
    static RoomSegments room(ShardEngine engine, Consumer<RoomEvent> events) {
        SegmentBinding binding = new SegmentBinding(engine, 0, events);
        EngineSettings settings = engine.settings();
        RoomSegments segments =
                new RoomSegments(engine, new RoomState(settings.limits(), settings.segmentThreshold(), binding));
        binding.segments = segments;
        return segments;
    }

    private RoomSegments segments() {
        return Objects.requireNonNull(segments, "set before anything is told");
    }

    @Override
    public Peer newPeer(PeerObserver observer) {
        return engine.newPeer(observer);
    }

    @Override
    public void deadlineMoved() {
        if (deadline == null) {
            deadline = engine.shard().deadlines().add(this);
        } else {
            deadline.update();
        }
    }

    @Override
    public void onEvent(RoomEvent event) {
        if (event instanceof RoomEvent.RoomClosed) {
            engine.roomEnded();
            forgetDeadline();
        }
        events.accept(event);
    }

    private void forgetDeadline() {
        if (deadline != null) {
            deadline.remove();
        }
    }

    @Override
    public RandomGenerator random() {
        return engine.settings().random();
    }

    @Override
    public int openSegment() {
        ShardEngine other = engine.leastLoadedOther(segments());
        if (other == null) {
            return NO_SEGMENT;
        }
        SegmentBinding binding = new SegmentBinding(other, segments().count(), _ -> {});
        binding.segments = segments();
        other.segmentOpened();
        segments().add(new RoomSegments.Segment(other, new SegmentState(binding.index, binding)));
        return binding.index;
    }

    @Override
    public void sendToRoom(SegmentMessage.ToRoom message) {
        segments().first().engine().tell(nowNs -> segments().room().onMessage(index, message, nowNs));
    }

    @Override
    public void send(int segment, SegmentMessage.ToSegment message) {
        RoomSegments.Segment to = segments().segment(segment);
        to.engine().tell(nowNs -> to.state().onMessage(index, message, nowNs));
    }

    @Override
    public MediaPipe pipeTo(int segment) {
        return engine.pipes().to(segments().segment(segment).engine().pipes());
    }

    @Override
    public ReplicaDirectory replicas() {
        return engine.pipes().replicas();
    }

    @Override
    public void segmentClosed() {
        engine.segmentEnded();
        forgetDeadline();
    }

    @Override
    public long nextDeadlineNs() {
        return index == 0 ? segments().room().nextDeadlineNs() : state().nextDeadlineNs();
    }

    @Override
    public void onDeadline(long nowNs) {
        if (index == 0) {
            segments().room().onDeadline(nowNs);
        } else {
            state().onDeadline(nowNs);
        }
    }

    private SegmentState state() {
        return segments().segment(index).state();
    }
}
