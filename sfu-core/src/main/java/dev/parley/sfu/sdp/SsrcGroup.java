package dev.parley.sfu.sdp;

import java.util.List;
import java.util.Set;

/**
 * Sources that belong together, from {@code a=ssrc-group} (RFC 5576 §4.2).
 *
 * @param semantics why: {@code FID} ties a source to its retransmissions (RFC 4588)
 */
public record SsrcGroup(String semantics, List<Integer> ssrcs) {
    /** A source and the one that retransmits it. */
    public static final String FLOW_IDENTIFICATION = "FID";

    /** A first source and a second that repairs it: RFC 4588 and, with forward error correction, RFC 5956. */
    static final Set<String> REPAIRING = Set.of(FLOW_IDENTIFICATION, "FEC-FR", "FEC");

    public SsrcGroup {
        ssrcs = List.copyOf(ssrcs);
    }
}
