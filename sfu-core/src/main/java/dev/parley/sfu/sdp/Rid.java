package dev.parley.sfu.sdp;

import java.util.List;

/**
 * One RTP stream of a section that has several, from {@code a=rid} (RFC 8851 §4).
 *
 * @param send whether the side whose description this is sends it
 * @param payloadTypes what the stream may be sent as; empty means any of the section's
 * @param restrictions the other restrictions as written, such as {@code max-width=1280}
 */
public record Rid(String id, boolean send, List<Integer> payloadTypes, List<String> restrictions) {
    public Rid {
        payloadTypes = List.copyOf(payloadTypes);
        restrictions = List.copyOf(restrictions);
    }
}
