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

    /**
     * A packet of a participant tells its level, in −dBov.
     *
     * @return whether the packet is to be heard by others
     */
    boolean level(ActiveSpeakers.Source<String> voice, int attenuationDb, long nowNs);

    void removeVoice(ActiveSpeakers.Source<String> voice);
}
