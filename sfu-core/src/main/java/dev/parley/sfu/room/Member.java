package dev.parley.sfu.room;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.ParticipantInfo;
import org.jspecify.annotations.Nullable;

/** A participant as the room's register has it. Owned by the room's shard. */
final class Member {
    private final String id;
    private final String identity;
    private final boolean hidden;
    private final int segment;
    /** For one on the room's own shard. */
    private final @Nullable ParticipantState local;

    private @Nullable JoinListener joining;
    private @Nullable ParticipantInfo known;
    private ActiveSpeakers.@Nullable Source<String> voice;

    private Member(
            String id,
            JoinRequest request,
            int segment,
            @Nullable ParticipantState local,
            @Nullable JoinListener joining) {
        this.id = id;
        this.identity = request.identity();
        this.hidden = request.hidden();
        this.segment = segment;
        this.local = local;
        this.joining = joining;
    }

    static Member local(ParticipantState participant, JoinRequest request) {
        return new Member(participant.id(), request, 0, participant, null);
    }

    /** One that another shard has yet to take. */
    static Member distant(String id, JoinRequest request, int segment, JoinListener joining) {
        return new Member(id, request, segment, null, joining);
    }

    String id() {
        return id;
    }

    String identity() {
        return identity;
    }

    /** Whether nobody is told of it. */
    boolean isHidden() {
        return hidden;
    }

    int segment() {
        return segment;
    }

    @Nullable
    ParticipantState local() {
        return local;
    }

    /** As last heard of, or {@code null} when its shard has not taken it yet. */
    @Nullable
    ParticipantInfo info() {
        return local == null ? known : local.info();
    }

    void known(ParticipantInfo info) {
        known = info;
    }

    /** Who waits for the join, and from now on no longer does. */
    @Nullable
    JoinListener takeJoining() {
        JoinListener waiting = joining;
        joining = null;
        return waiting;
    }

    /** What other shards hear of it. */
    ActiveSpeakers.@Nullable Source<String> voice() {
        return voice;
    }

    void voice(ActiveSpeakers.Source<String> source) {
        voice = source;
    }
}
