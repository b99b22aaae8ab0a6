package dev.parley.sfu.room;

import dev.parley.sfu.SfuException;

/** Who wants to know how a join has ended; called on the room's shard, once. */
public interface JoinListener {
    /**
     * Somebody has joined, and the room's listeners know.
     *
     * @param segment where the participant is; {@link SegmentState#participant} finds it there
     */
    void joined(int segment, String participantId);

    void refused(SfuException refusal);
}
