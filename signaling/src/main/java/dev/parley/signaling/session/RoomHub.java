package dev.parley.signaling.session;

import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One room as signaling sees it: its participants, kept up by its events, and the members who are told of them. Owned
 * by the session loop.
 *
 * <p>The list of participants that a joining client is given, and the events it gets from then on, both come from
 * here, on one thread: so none is missed and none contradicts the list.
 */
public final class RoomHub {
    private final Room room;
    private final Map<String, ParticipantInfo> participants = new LinkedHashMap<>();
    private final List<RoomMember> members = new ArrayList<>();
    private final CompletableFuture<Void> seeded = new CompletableFuture<>();

    /** Those who left before the first list arrived, which may still hold them. */
    private final Set<String> leftBeforeSeed = new HashSet<>();

    private int holds;
    private boolean closed;
    private @Nullable SharedEvent speakers;
    private Room.@Nullable EventSubscription subscription;

    RoomHub(Room room) {
        this.room = room;
    }

    /** Follows the room; {@link #seeded()} completes when the list of participants is whole. */
    void open(SessionLoop loop) {
        subscription = room.onEvent(event -> loop.execute(() -> onEvent(event)));
        var _ = room.participants()
                .whenComplete((list, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        closed = true;
                        seeded.completeExceptionally(failure);
                    } else {
                        seed(list);
                    }
                }));
    }

    private void seed(List<ParticipantInfo> list) {
        for (ParticipantInfo info : list) {
            if (!leftBeforeSeed.contains(info.id())) {
                update(info);
            }
        }
        leftBeforeSeed.clear();
        seeded.complete(null);
    }

    private void onEvent(RoomEvent event) {
        SharedEvent shared = new SharedEvent(event);
        switch (event) {
            case RoomEvent.ParticipantJoined joined -> update(joined.participant());
            case RoomEvent.ParticipantUpdated updated -> update(updated.participant());
            case RoomEvent.ParticipantLeft left -> {
                participants.remove(left.participantId());
                if (!seeded.isDone()) {
                    leftBeforeSeed.add(left.participantId());
                }
            }
            case RoomEvent.RoomClosed _ -> closed = true;
            case RoomEvent.SpeakersChanged _ -> speakers = shared;
            case RoomEvent.OfSlot _ -> {}
        }
        for (RoomMember member : List.copyOf(members)) {
            member.onEvent(shared);
        }
    }

    private void update(ParticipantInfo info) {
        participants.merge(info.id(), info, (known, news) -> news.version() >= known.version() ? news : known);
    }

    public Room room() {
        return room;
    }

    /** Everybody in the room, those who came first leading. */
    public Collection<ParticipantInfo> participants() {
        return Collections.unmodifiableCollection(participants.values());
    }

    public @Nullable ParticipantInfo participant(String id) {
        return participants.get(id);
    }

    /** Who spoke last, or {@code null} before anybody has: who comes now would otherwise learn of the next change only. */
    public @Nullable SharedEvent speakers() {
        return speakers;
    }

    /** Tells the member every event from now on. */
    public void add(RoomMember member) {
        members.add(member);
    }

    /** The member with this participant, or {@code null}. */
    @Nullable
    RoomMember member(String participantId) {
        for (RoomMember member : members) {
            if (member.participantId().equals(participantId)) {
                return member;
            }
        }
        return null;
    }

    CompletableFuture<Void> seeded() {
        return seeded;
    }

    boolean isClosed() {
        return closed;
    }

    void remove(RoomMember member) {
        members.remove(member);
    }

    /** Keeps the hub open while a join is under way or a member is in it. */
    void hold() {
        holds++;
    }

    /** Whether that was the last hold. */
    boolean release() {
        holds--;
        return holds == 0;
    }

    void stop() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
    }
}
