package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;

/** Hears libwebrtc's signalling thread, and hands over to the connection's. */
final class ConnectionObserver implements PeerConnectionObserver {
    private final Teller teller;
    private final ConnectionEvents events;

    /** Runs a task on the connection's thread. */
    interface Teller {
        void tell(String callback, Runnable task);
    }

    ConnectionObserver(Teller teller, ConnectionEvents events) {
        this.teller = teller;
        this.events = events;
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
        hand("connection-state", () -> events.stateChanged(state));
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
        hand("track", () -> events.trackAdded(transceiver));
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
        hand("candidate", () -> events.candidateGathered(candidate));
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
        hand("gathering-state", () -> events.gatheringChanged(state));
    }

    private void hand(String callback, Runnable task) {
        Callbacks.guard(callback, () -> teller.tell(callback, task));
    }
}
