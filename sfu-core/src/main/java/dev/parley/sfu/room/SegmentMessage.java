package dev.parley.sfu.room;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.stream.IngressSettings;
import java.util.List;

/**
 * What the parts of a room that live on several shards tell each other; in order from each to each, and never lost.
 * Values only, so that they could also travel between machines.
 */
public sealed interface SegmentMessage {
    /** From a segment to the room's register, which is on the shard of the first segment. */
    sealed interface ToRoom extends SegmentMessage {}

    /** To a segment, from the register or from another segment. */
    sealed interface ToSegment extends SegmentMessage {}

    // --- membership -----------------------------------------------------------------------------------------------

    /** Admitted by the register, somebody becomes a participant of this segment. */
    record Enter(String participantId, JoinRequest request) implements ToSegment {}

    /** The answer to {@link Enter}. */
    record Entered(ParticipantInfo participant) implements ToRoom {}

    /** The register has removed somebody, so it need not be told. */
    record Remove(String participantId) implements ToSegment {}

    record Left(String participantId, LeaveReason reason) implements ToRoom {}

    record Updated(ParticipantInfo participant) implements ToRoom {}

    record SlotTold(RoomEvent.OfSlot event) implements ToRoom {}

    /** The room has ended: everybody goes. */
    record Close() implements ToSegment {}

    // --- who speaks -----------------------------------------------------------------------------------------------

    /** What was heard in a segment since it last told. */
    record Levels(List<Level> levels) implements ToRoom {
        public Levels {
            levels = List.copyOf(levels);
        }
    }

    /** The sum of the loudness of so many packets of one participant; see {@link ActiveSpeakers}. */
    record Level(String participantId, int packets, int loudnessDb) {}

    /** Only these participants' audio is to be forwarded; told only in rooms where not everybody is heard. */
    record Heard(List<String> participantIds) implements ToSegment {
        public Heard {
            participantIds = List.copyOf(participantIds);
        }
    }

    // --- tracks ---------------------------------------------------------------------------------------------------

    record TrackPublished(String trackId, MediaKind kind, TrackSource source) implements ToRoom {}

    record TrackUnpublished(String trackId) implements ToRoom {}

    /** A track of segment {@code segment} may be subscribed to. */
    record TrackAvailable(String trackId, MediaKind kind, TrackSource source, int segment) implements ToSegment {}

    record TrackGone(String trackId) implements ToSegment {}

    /** Asks the track's segment for its packets, under a name that the asking shard has given it. */
    record Attach(String trackId, int channel) implements ToSegment {}

    record Detach(String trackId, int channel) implements ToSegment {}

    /** A stream is new in an attached track, or was negotiated anew. */
    record StreamChanged(int channel, IngressSettings settings) implements ToSegment {}

    /** The publisher has said goodbye for a stream, perhaps for a while. */
    record StreamPaused(int channel, int ssrc) implements ToSegment {}

    /** Whose tracks these are speaks now, and nobody else does. */
    record Speaking(List<String> trackIds) implements ToSegment {
        public Speaking {
            trackIds = List.copyOf(trackIds);
        }
    }

    /** What was kept back of a stream before its next packet is not to be missed. */
    record StreamResumed(int channel) implements ToSegment {}

    record KeyframeWanted(String trackId, int ssrc) implements ToSegment {}
}
