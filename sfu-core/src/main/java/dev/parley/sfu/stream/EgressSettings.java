package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.RtpExtensionMap;

/**
 * What was negotiated for one slot of a subscriber.
 *
 * @param mid the slot's media section
 * @param video whether its stream has to start at a keyframe
 * @param ssrc the SSRC of everything the slot sends, whatever its source
 * @param rtxSsrc that of its retransmissions, 0 without them
 * @param payloadTypes the subscriber's
 * @param extensions the subscriber's
 */
public record EgressSettings(
        String mid, boolean video, int ssrc, int rtxSsrc, PayloadTypes payloadTypes, RtpExtensionMap extensions) {}
