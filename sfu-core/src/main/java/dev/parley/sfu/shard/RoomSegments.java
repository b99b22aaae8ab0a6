package dev.parley.sfu.shard;

import dev.parley.sfu.room.RoomState;
import dev.parley.sfu.room.SegmentState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A room and the shards it lives on: the first has its register and its first segment, each further one a segment.
 * Segments are added on the room's shard; any thread may look.
 */
public final class RoomSegments {
    private final RoomState room;
    private final List<Segment> segments = new CopyOnWriteArrayList<>();

    /** One segment; its state belongs to the engine's thread. */
    public record Segment(ShardEngine engine, SegmentState state) {}

    RoomSegments(ShardEngine engine, RoomState room) {
        this.room = room;
        segments.add(new Segment(engine, room.firstSegment()));
    }

    public RoomState room() {
        return room;
    }

    /** The segment on the room's own shard. */
    public Segment first() {
        return segments.getFirst();
    }

    public Segment segment(int index) {
        return segments.get(index);
    }

    /** Segments so far. */
    public int count() {
        return segments.size();
    }

    void add(Segment segment) {
        segments.add(segment);
    }

    boolean isOn(ShardEngine engine) {
        return segments.stream().anyMatch(segment -> segment.engine().equals(engine));
    }
}
