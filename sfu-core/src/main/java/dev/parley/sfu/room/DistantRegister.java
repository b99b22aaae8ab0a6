package dev.parley.sfu.room;

import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.peer.PublishedTrack;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The room as a segment on another shard sees it: everything becomes a message. Owned by the segment's shard. */
final class DistantRegister implements Register {
    /** Twice in an interval of {@link ActiveSpeakers}, so that each of those hears of everybody who speaks. */
    private static final long INTERVAL_NS = ActiveSpeakers.INTERVAL_NS / 2;

    private final RoomServices services;
    private final List<ActiveSpeakers.Source<String>> voices = new ArrayList<>();
    /** Whose audio the room forwards, or {@code null} when that is everybody's. */
    private @Nullable List<String> heard;

    private long nextReportNs = Long.MAX_VALUE;

    DistantRegister(RoomServices services) {
        this.services = services;
    }

    @Override
    public void updated(ParticipantInfo participant) {
        services.sendToRoom(new SegmentMessage.Updated(participant));
    }

    @Override
    public void left(ParticipantState participant, LeaveReason reason, long nowNs) {
        services.sendToRoom(new SegmentMessage.Left(participant.id(), reason));
    }

    @Override
    public void slotEvent(RoomEvent.OfSlot event) {
        services.sendToRoom(new SegmentMessage.SlotTold(event));
    }

    @Override
    public void trackPublished(PublishedTrack track) {
        services.sendToRoom(new SegmentMessage.TrackPublished(track.id(), track.kind(), track.source()));
    }

    @Override
    public void trackUnpublished(PublishedTrack track, long nowNs) {
        services.sendToRoom(new SegmentMessage.TrackUnpublished(track.id()));
    }

    @Override
    public ActiveSpeakers.Source<String> newVoice(String participantId) {
        ActiveSpeakers.Source<String> voice = new ActiveSpeakers.Source<>(participantId);
        voices.add(voice);
        voice.heard(isHeard(voice));
        if (nextReportNs == Long.MAX_VALUE) {
            nextReportNs = Long.MIN_VALUE;
            services.deadlineMoved();
        }
        return voice;
    }

    @Override
    public boolean level(ActiveSpeakers.Source<String> voice, int attenuationDb, long nowNs) {
        voice.level(attenuationDb);
        return voice.isHeard();
    }

    /** The room has said whose audio is to be forwarded. */
    void heard(List<String> participantIds) {
        heard = participantIds;
        for (ActiveSpeakers.Source<String> voice : voices) {
            voice.heard(isHeard(voice));
        }
    }

    private boolean isHeard(ActiveSpeakers.Source<String> voice) {
        return heard == null || heard.contains(voice.key());
    }

    @Override
    public void removeVoice(ActiveSpeakers.Source<String> voice) {
        voices.remove(voice);
    }

    long nextDeadlineNs() {
        return nextReportNs;
    }

    void onDeadline(long nowNs) {
        if (nowNs < nextReportNs) {
            return;
        }
        nextReportNs = voices.isEmpty() ? Long.MAX_VALUE : nowNs + INTERVAL_NS;
        List<SegmentMessage.Level> levels = new ArrayList<>();
        for (ActiveSpeakers.Source<String> voice : voices) {
            if (voice.loudnessDb() > 0) {
                levels.add(new SegmentMessage.Level(voice.key(), voice.packets(), voice.loudnessDb()));
            }
            voice.clear();
        }
        if (!levels.isEmpty()) {
            services.sendToRoom(new SegmentMessage.Levels(levels));
        }
    }
}
