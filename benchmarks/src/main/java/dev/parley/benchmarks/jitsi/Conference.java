package dev.parley.benchmarks.jitsi;

import dev.parley.benchmarks.load.bot.SentTrack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A room as a videobridge has it, and what its members must know of each other beforehand: a bridge forwards streams with
 * the SSRCs that they come with and tells nobody whose they are. Any thread.
 */
final class Conference {
    private final String meetingId = UUID.randomUUID().toString();
    private final String room;
    private final Map<String, String> endpoints = new HashMap<>();
    private final Map<SentTrack, List<Integer>> ssrcs = new HashMap<>();
    private int nextSsrc;

    /** How many are in it, guarded by whoever lets them in. */
    private int members;

    /** @param firstSsrc from which on SSRCs are given out, made even */
    Conference(String room, int firstSsrc) {
        this.room = room;
        this.nextSsrc = firstSsrc & ~1;
    }

    String meetingId() {
        return meetingId;
    }

    String room() {
        return room;
    }

    /** How many are in it once so many more are. */
    int addMembers(int more) {
        members += more;
        return members;
    }

    /** What the bridge calls a member: 32 bits in hexadecimal digits, as in Jitsi. */
    synchronized String endpoint(String member) {
        return endpoints.computeIfAbsent(member, _ -> String.format("%08x", endpoints.size() + 1));
    }

    /** A track's SSRCs, one an encoding and all even, the first of which the bridge forwards all of them as. */
    synchronized List<Integer> ssrcs(SentTrack track) {
        return ssrcs.computeIfAbsent(track, this::newSsrcs);
    }

    /** One after the other, so that no two are the same; one more than each is that of its retransmissions. */
    private List<Integer> newSsrcs(SentTrack track) {
        List<Integer> own = new ArrayList<>();
        for (int i = 0; i < track.clip().encodings().size(); i++) {
            own.add(nextSsrc);
            nextSsrc += 2;
        }
        return List.copyOf(own);
    }

    /** The request that makes it. */
    ObjectNode creation() {
        return ColibriClient.object()
                .put("meeting-id", meetingId)
                // An address as in XMPP, which some versions want.
                .put("name", room + "@parley.invalid")
                .put("create", true);
    }

    /** The request that ends it. */
    static ObjectNode expiry() {
        return ColibriClient.object().put("expire", true);
    }
}
