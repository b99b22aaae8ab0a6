package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCandidate;
import dev.parley.sfu.ice.IceCredentials;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Our part of an answer: who we are, where we are, and what we want of each media section.
 *
 * @param sessionId names the session in every answer of it
 * @param sessionVersion to be one more than in the session's previous answer (RFC 8866 §5.2)
 * @param ice ours; new ones when the offer restarts ICE (RFC 8839 §4.4.1)
 * @param fingerprint of our certificate
 * @param candidates all of ours: nothing trickles
 * @param media what we want by mid; a section without an entry is answered {@code inactive}
 * @param maxSections sections that an offer may have, rejected ones included
 */
public record AnswerPlan(
        long sessionId,
        long sessionVersion,
        IceCredentials ice,
        Fingerprint fingerprint,
        List<IceCandidate> candidates,
        Map<String, MediaPlan> media,
        int maxSections) {
    /** Sections that an offer may have unless the plan says otherwise. */
    public static final int DEFAULT_MAX_SECTIONS = 512;

    public AnswerPlan {
        candidates = List.copyOf(candidates);
        media = Map.copyOf(media);
        requireDistinctMsids(media);
    }

    private static void requireDistinctMsids(Map<String, MediaPlan> media) {
        Set<Msid> seen = new HashSet<>();
        for (MediaPlan plan : media.values()) {
            // Browsers tell remote tracks apart by this pair.
            if (plan.direction().sends() && !seen.add(new Msid(plan.streamId(), plan.trackId()))) {
                throw new IllegalArgumentException(
                        "two sections share the msid " + plan.streamId() + " " + plan.trackId());
            }
        }
    }
}
