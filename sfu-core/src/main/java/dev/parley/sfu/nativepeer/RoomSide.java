package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoTrackSource;
import dev.parley.sfu.Answer;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.TrackSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a native peer to its own room: libwebrtc on this end, the ordinary forwarding peer of a participant on
 * the other, over the host. It has a section for each that it is told to have, under the same name.
 */
final class RoomSide {
    private final NativeConnection connection;
    private final Participant member;
    private final UnaryOperator<String> reachable;
    /** In the order of their sections. The connection's thread only. */
    private final Map<String, RTCRtpTransceiver> byMid = new LinkedHashMap<>();

    private final Map<String, MediaStreamTrack> receivedByMid = new HashMap<>();

    /** What a section is made with before it has, or if it never has, something to send; shared by all connections. */
    private static final class Placeholders {
        static final VideoTrackSource VIDEO_SOURCE = new CustomVideoSource();
        static final AudioTrackSource AUDIO_SOURCE = new CustomAudioSource();
        static final MediaStreamTrack VIDEO =
                NativeFactories.receiving().factory().createVideoTrack("none", VIDEO_SOURCE);
        static final MediaStreamTrack AUDIO =
                NativeFactories.receiving().factory().createAudioTrack("none", AUDIO_SOURCE);

        static MediaStreamTrack of(MediaKind kind) {
            return kind == MediaKind.VIDEO ? VIDEO : AUDIO;
        }
    }

    private RoomSide(NativeConnection connection, Participant member, UnaryOperator<String> reachable) {
        this.connection = connection;
        this.member = member;
        this.reachable = reachable;
    }

    /**
     * Makes the connection; {@link #follow} brings it up.
     *
     * @param member whose forwarding peer it meets
     * @param reachable changes the addresses in that peer's answers into such as this process reaches
     * @param lost told when the connection has broken down
     */
    static CompletableFuture<RoomSide> open(
            Participant member, UnaryOperator<String> reachable, Consumer<RTCPeerConnectionState> lost) {
        RTCConfiguration configuration = new RTCConfiguration();
        configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
        ConnectionEvents events = new ConnectionEvents() {
            @Override
            public void stateChanged(RTCPeerConnectionState state) {
                lost.accept(state);
            }
        };
        return NativeConnection.open(member.id() + "-room", NativeFactories.receiving(), configuration, events)
                .thenApply(connection -> new RoomSide(connection, member, reachable));
    }

    NativeConnection connection() {
        return connection;
    }

    /**
     * Makes the sections be as these: new ones are added, of others the direction follows. The peer's answer is taken in
     * before the future completes; when it refuses, everything is as it was.
     *
     * @param published what the sections that publish send, by mid
     * @param sources what those show, by mid
     * @param codecs the one codec that a new section publishes in, by mid; others take what libwebrtc prefers
     */
    CompletableFuture<Answer> follow(
            List<TerminatedSection> sections,
            Map<String, MediaStreamTrack> published,
            Map<String, TrackSource> sources,
            Map<String, String> codecs) {
        return connection
                .change(present -> offer(present, sections, published, codecs))
                .thenCompose(offer -> member.answer(new Offer(offer, sources)))
                .whenComplete((_, refusal) -> {
                    if (refusal != null) {
                        connection.tell("rollback", () -> connection.setLocal(RTCSdpType.ROLLBACK, ""));
                    }
                })
                .thenCompose(answer -> connection.change(_ -> {
                    connection.setRemote(RTCSdpType.ANSWER, reachable.apply(answer.sdp()));
                    return answer;
                }));
    }

    private String offer(
            RTCPeerConnection present,
            List<TerminatedSection> sections,
            Map<String, MediaStreamTrack> published,
            Map<String, String> codecs) {
        for (TerminatedSection section : sections) {
            RTCRtpTransceiver transceiver = byMid.get(section.mid());
            MediaStreamTrack track = published.get(section.mid());
            if (transceiver == null) {
                add(present, section, track, codecs.get(section.mid()));
            } else {
                transceiver.setDirection(section.towardsRoom());
                transceiver.getSender().replaceTrack(section.publishes() ? track : null);
            }
        }
        String offer = connection.createOffer(new RTCOfferOptions());
        String named = SdpEdits.rename(offer, new ArrayList<>(byMid.keySet()));
        connection.setLocal(RTCSdpType.OFFER, named);
        return named;
    }

    private void add(
            RTCPeerConnection present,
            TerminatedSection section,
            @Nullable MediaStreamTrack track,
            @Nullable String codec) {
        RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = section.towardsRoom();
        MediaStreamTrack first = track == null ? Placeholders.of(section.kind()) : track;
        RTCRtpTransceiver transceiver = present.addTransceiver(first, init);
        if (track == null) {
            transceiver.getSender().replaceTrack(null);
        }
        if (codec != null) {
            Encoders.only(connection.factory(), transceiver, codec);
        }
        byMid.put(section.mid(), transceiver);
        receivedByMid.put(section.mid(), transceiver.getReceiver().getTrack());
    }

    /** Tells the encoder of a publishing section what to do from now on. */
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

    /** What arrives in a slot: one track whatever the room puts there. */
    CompletableFuture<MediaStreamTrack> received(String mid) {
        return connection.ask(_ -> {
            MediaStreamTrack track = receivedByMid.get(mid);
            if (track == null) {
                throw new IllegalStateException("no section " + mid + " towards the room");
            }
            return track;
        });
    }

    CompletableFuture<Void> close() {
        return connection.close();
    }
}
