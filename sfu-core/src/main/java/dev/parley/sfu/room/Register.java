package dev.parley.sfu.room;

import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.peer.PublishedTrack;

/** What a segment tells its room: by calls on the room's own shard, by messages from the others. */
interface Register {
    void updated(ParticipantInfo participant);

    void left(ParticipantState participant, LeaveReason reason, long nowNs);

    /** Something has happened to a slot of one participant. */
    void slotEvent(RoomEvent.OfSlot event);

    void trackPublished(PublishedTrack track);

    void trackUnpublished(PublishedTrack track, long nowNs);

    /** A participant's part in who speaks. */
    ActiveSpeakers.Source<String> newVoice(String participantId);

    void removeVoice(ActiveSpeakers.Source<String> voice);
}
