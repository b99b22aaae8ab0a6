package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.parley.sfu.Answer;
import dev.parley.sfu.SfuException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * libwebrtc as the end of a browser's connection: it answers the browser's offers, completely, so that nothing trickles. A
 * full ICE agent, but as the browser's candidates are learnt from its checks, it works as an ICE-lite one would.
 */
final class BrowserSide {
    private static final long GATHERING_TIMEOUT_SECONDS = 5;

    private final NativeConnection connection;
    private final Gathering gathering;
    private final List<String> announced;
    /** The connection's thread only. */
    private final Map<String, RTCRtpTransceiver> byMid = new HashMap<>();

    private BrowserSide(NativeConnection connection, Gathering gathering, List<String> announced) {
        this.connection = connection;
        this.gathering = gathering;
        this.announced = announced;
    }

    /** Waits for libwebrtc's addresses. The connection's thread only. */
    private static final class Gathering implements ConnectionEvents {
        private final Consumer<RTCPeerConnectionState> states;
        private @Nullable Runnable waiting;

        Gathering(Consumer<RTCPeerConnectionState> states) {
            this.states = states;
        }

        @Override
        public void stateChanged(RTCPeerConnectionState state) {
            states.accept(state);
        }

        @Override
        public void gatheringChanged(RTCIceGatheringState state) {
            if (waiting != null) {
                waiting.run();
            }
        }
    }

    /**
     * Makes the connection; {@link #answer} brings it up.
     *
     * @param states told how the connection fares
     */
    static CompletableFuture<BrowserSide> open(
            String name, NativePorts ports, Consumer<RTCPeerConnectionState> states) {
        RTCConfiguration configuration = new RTCConfiguration();
        configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
        configuration.portAllocatorConfig = new PortAllocatorConfig(ports.first(), ports.last(), 0)
                .setDisableTcp(true)
                .setEnableIpv6(true);
        Gathering gathering = new Gathering(states);
        return NativeConnection.open(name + "-browser", NativeFactories.receiving(), configuration, gathering)
                .thenApply(connection -> new BrowserSide(connection, gathering, ports.announced()));
    }

    NativeConnection connection() {
        return connection;
    }

    /**
     * Takes a browser's offer in.
     *
     * @return what it sends, by mid
     */
    CompletableFuture<Map<String, MediaStreamTrack>> take(String offer, List<TerminatedSection> sections) {
        return connection.change(present -> {
            try {
                connection.setRemote(RTCSdpType.OFFER, offer);
            } catch (IllegalStateException e) {
                throw new SfuException(SfuException.Code.UNSUPPORTED_SDP, String.valueOf(e.getMessage()));
            }
            for (RTCRtpTransceiver transceiver : present.getTransceivers()) {
                String mid = transceiver.getMid();
                if (mid != null) {
                    byMid.putIfAbsent(mid, transceiver);
                }
            }
            Map<String, MediaStreamTrack> sent = new HashMap<>();
            for (TerminatedSection section : sections) {
                RTCRtpTransceiver transceiver = byMid.get(section.mid());
                if (section.publishes() && transceiver != null) {
                    sent.put(section.mid(), transceiver.getReceiver().getTrack());
                }
            }
            return sent;
        });
    }

    /** Takes the last offer back, after {@link #take} and instead of {@link #answer}. */
    void refuse() {
        connection.tell("rollback", () -> connection.setRemote(RTCSdpType.ROLLBACK, ""));
    }

    /** The answer to the offer that was taken, with the slots under the streams of the room's answer. */
    CompletableFuture<String> answer(List<TerminatedSection> sections, List<Answer.Slot> slots) {
        Map<String, String> streams = new HashMap<>();
        slots.forEach(slot -> streams.put(slot.mid(), slot.streamId()));
        return connection
                .change(_ -> {
                    for (TerminatedSection section : sections) {
                        direct(section, streams.get(section.mid()));
                    }
                    connection.setLocal(RTCSdpType.ANSWER, connection.createAnswer());
                    return sections;
                })
                .thenCompose(this::gathered)
                .thenApply(answer -> forBrowser(answer, sections));
    }

    private void direct(TerminatedSection section, @Nullable String streamId) {
        RTCRtpTransceiver transceiver = byMid.get(section.mid());
        if (transceiver == null) {
            return;
        }
        transceiver.setDirection(section.towardsBrowser());
        if (section.receives() && streamId != null) {
            transceiver.getSender().setStreams(List.of(streamId));
        }
    }

    /** The local description once it has all addresses; ICE gathers anew only after a restart. */
    private CompletableFuture<String> gathered(List<TerminatedSection> sections) {
        CompletableFuture<String> complete = new CompletableFuture<>();
        var _ = connection
                .ask(present -> {
                    Runnable look = () -> complete(present, complete);
                    gathering.waiting = look;
                    look.run();
                    return sections;
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        complete.completeExceptionally(failure);
                    }
                });
        return complete.orTimeout(GATHERING_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private static void complete(RTCPeerConnection present, CompletableFuture<String> complete) {
        String sdp = present.getLocalDescription().sdp;
        if (present.getIceGatheringState() == RTCIceGatheringState.COMPLETE && SdpEdits.hasCandidate(sdp)) {
            complete.complete(sdp);
        }
    }

    private String forBrowser(String answer, List<TerminatedSection> sections) {
        String edited = SdpEdits.announce(answer, announced);
        for (TerminatedSection section : sections) {
            if (section.publishes() && !section.layers().isEmpty()) {
                edited = SdpEdits.acceptLastLayer(edited, section.mid(), section.layers());
            }
        }
        return edited;
    }

    /** Sends a track in a slot, or nothing. */
    CompletableFuture<Void> send(String mid, @Nullable MediaStreamTrack track) {
        return connection
                .change(_ -> {
                    RTCRtpTransceiver transceiver = byMid.get(mid);
                    if (transceiver != null) {
                        transceiver.getSender().replaceTrack(track);
                    }
                    return mid;
                })
                .thenRun(() -> {});
    }

    /** Tells a slot's encoder what to do from now on. */
    CompletableFuture<Void> encode(String mid, EncodeTarget target) {
        return connection
                .change(_ -> {
                    RTCRtpTransceiver transceiver = byMid.get(mid);
                    if (transceiver != null) {
                        Encoders.aim(transceiver, target);
                    }
                    return mid;
                })
                .thenRun(() -> {});
    }

    CompletableFuture<RTCStatsReport> stats() {
        return connection.stats();
    }

    CompletableFuture<Void> close() {
        return connection.close();
    }
}
