package dev.parley.signaling.whip;

import dev.parley.sfu.Answer;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.TrackInfo;
import dev.parley.signaling.session.RoomHub;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the slots of a WHEP viewer filled with one publisher's tracks, through its coming, going and publishing anew.
 * Owned by the session loop.
 */
final class Follower {
    private final RoomHub hub;
    private final Participant viewer;
    private final @Nullable String wanted;
    private List<Answer.Slot> slots;
    private final Map<String, String> trackBySlot = new HashMap<>();
    private @Nullable String followedId;

    /**
     * @param wanted the identity or id of the publisher, or null for whoever publishes first
     */
    Follower(RoomHub hub, Participant viewer, @Nullable String wanted, List<Answer.Slot> slots) {
        this.hub = hub;
        this.viewer = viewer;
        this.wanted = wanted;
        this.slots = slots;
    }

    void slots(List<Answer.Slot> newSlots) {
        slots = newSlots;
        follow();
    }

    /** A slot has lost its track. */
    void slotEnded(String mid) {
        trackBySlot.remove(mid);
        follow();
    }

    /** Looks at the room and changes what has to change. */
    void follow() {
        ParticipantInfo publisher = publisher();
        followedId = publisher == null ? null : publisher.id();
        for (MediaKind kind : MediaKind.values()) {
            List<String> tracks = publisher == null ? List.of() : tracks(publisher, kind);
            List<String> mids = slots.stream()
                    .filter(slot -> slot.kind() == kind)
                    .map(Answer.Slot::mid)
                    .toList();
            for (int i = 0; i < mids.size(); i++) {
                fill(mids.get(i), i < tracks.size() ? tracks.get(i) : null);
            }
        }
    }

    private void fill(String mid, @Nullable String trackId) {
        if (Objects.equals(trackBySlot.get(mid), trackId)) {
            return;
        }
        if (trackId == null) {
            trackBySlot.remove(mid);
            var _ = viewer.unsubscribe(mid);
        } else {
            trackBySlot.put(mid, trackId);
            // It fails when the track has just ended; the event that says so brings us here again.
            var _ = viewer.subscribe(mid, trackId, SubscriptionHint.none());
        }
    }

    private static List<String> tracks(ParticipantInfo publisher, MediaKind kind) {
        List<String> ids = new ArrayList<>();
        for (TrackInfo track : publisher.tracks()) {
            if (track.kind() == kind) {
                ids.add(track.id());
            }
        }
        return ids;
    }

    private @Nullable ParticipantInfo publisher() {
        ParticipantInfo first = null;
        for (ParticipantInfo info : hub.participants()) {
            boolean publishes = !info.tracks().isEmpty() && !info.id().equals(viewer.id());
            boolean isWanted = wanted == null || wanted.equals(info.identity()) || wanted.equals(info.id());
            if (publishes && isWanted) {
                if (info.id().equals(followedId)) {
                    return info;
                }
                first = first == null ? info : first;
            }
        }
        return first;
    }
}
