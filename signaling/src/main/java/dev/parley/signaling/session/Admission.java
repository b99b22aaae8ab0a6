package dev.parley.signaling.session;

import dev.parley.sfu.Answer;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import org.jspecify.annotations.Nullable;

/** One entry into a room: what was asked, and what came of it. */
public final class Admission {
    private Admission() {}

    /**
     * A wish to join.
     *
     * @param room the room's name
     * @param address the source address, which is limited in its joins
     * @param offer the first offer, or null when it comes later
     */
    public record Request(
            String room,
            JoinRequest who,
            String address,
            @Nullable Offer offer) {}

    /**
     * A participant that has joined, and whose offer, if there was one, has been answered.
     *
     * @param self as the others see it
     */
    public record Entry(
            RoomHub hub,
            Participant participant,
            ParticipantInfo self,
            @Nullable Answer answer) {}
}
