package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.RtpExtensionMap;
import org.jspecify.annotations.Nullable;

/**
 * What was negotiated for one stream of a publisher.
 *
 * @param video whether it is of a video track: keyframes are looked for
 * @param rid its simulcast encoding (RFC 8851), or {@code null}
 * @param nack whether the publisher answers NACKs
 */
public record IngressSettings(
        int ssrc,
        boolean video,
        @Nullable String rid,
        boolean nack,
        PayloadTypes payloadTypes,
        RtpExtensionMap extensions) {
    /** The same, of which losses are repaired by somebody else. */
    public IngressSettings withoutNack() {
        return nack ? new IngressSettings(ssrc, video, rid, false, payloadTypes, extensions) : this;
    }
}
