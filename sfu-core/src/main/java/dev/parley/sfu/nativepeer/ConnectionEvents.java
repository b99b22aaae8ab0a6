package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;

/**
 * What a connection tells, on its own thread and in the library's order. An implementation may call the connection's
 * methods for that thread.
 */
interface ConnectionEvents {
    /** ICE and DTLS have come or gone. */
    default void stateChanged(RTCPeerConnectionState state) {}

    /** A section of the other side sends from now on. */
    default void trackAdded(RTCRtpTransceiver transceiver) {}

    /** An address of ours. */
    default void candidateGathered(RTCIceCandidate candidate) {}

    /** Gathering has begun or ended. */
    default void gatheringChanged(RTCIceGatheringState state) {}
}
