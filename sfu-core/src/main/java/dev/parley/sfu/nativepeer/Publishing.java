package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpCodecCapability;
import dev.onvoid.webrtc.RTCRtpEncodingParameters;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.MediaType;
import dev.parley.sfu.Answer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What a native participant publishes. Any thread. */
final class Publishing {
    /** What goes with whatever codec: retransmission and forward correction. */
    private static final Set<String> COMPANIONS = Set.of("rtx", "red", "ulpfec", "flexfec-03");

    private final NativeConnection connection;
    private final Participant participant;
    /** The connection's thread only. */
    private final List<PublishedSection> sections = new ArrayList<>();

    private final Negotiations negotiations;

    Publishing(NativeConnection connection, Participant participant) {
        this.connection = connection;
        this.participant = participant;
        this.negotiations = new Negotiations(connection, participant, this::sources);
    }

    Participant participant() {
        return participant;
    }

    /** What offers go by, for what is received too. */
    Negotiations negotiations() {
        return negotiations;
    }

    CompletableFuture<VideoPublication> video(VideoSettings settings) {
        PictureSource pictures = new PictureSource(settings);
        return publish(pictures::release, present -> {
                    PeerConnectionFactory factory = connection.factory().factory();
                    RTCRtpTransceiverInit init = sending(settings.layers());
                    MediaStreamTrack track = factory.createVideoTrack("video", pictures.source());
                    RTCRtpTransceiver transceiver = present.addTransceiver(track, init);
                    transceiver.setCodecPreferences(preferring(factory, settings.codec()));
                    return new PublishedSection(
                            this,
                            settings.source(),
                            transceiver,
                            track,
                            settings.layers().size(),
                            pictures::release);
                })
                .thenApply(section -> new VideoPublication(section, pictures));
    }

    CompletableFuture<AudioPublication> audio(AudioSettings settings) {
        SampleSource samples = new SampleSource(settings, connection.mediaLock());
        return publish(samples::release, present -> {
                    PeerConnectionFactory factory = connection.factory().factory();
                    MediaStreamTrack track = factory.createAudioTrack("audio", samples.source());
                    RTCRtpTransceiver transceiver = present.addTransceiver(track, sending(List.of()));
                    return new PublishedSection(this, settings.source(), transceiver, track, 1, samples::release);
                })
                .thenApply(section -> {
                    samples.start(section.track().id());
                    return new AudioPublication(section, samples);
                });
    }

    private CompletableFuture<PublishedSection> publish(
            Runnable release, Function<RTCPeerConnection, PublishedSection> add) {
        AtomicReference<PublishedSection> added = new AtomicReference<>();
        return negotiations
                .negotiate(
                        present -> {
                            PublishedSection section = add.apply(present);
                            added.set(section);
                            sections.add(section);
                        },
                        _ -> {
                            PublishedSection section = added.get();
                            if (section != null) {
                                section.stop();
                                sections.remove(section);
                            }
                        })
                .thenCompose(answer -> connection.ask(_ -> {
                    PublishedSection section = added.get();
                    section.accepted(published(answer, section.mid()));
                    return section;
                }))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        release.run();
                    }
                });
    }

    private static TrackInfo published(Answer answer, String mid) {
        for (TrackInfo track : answer.published()) {
            if (track.mid().equals(mid)) {
                return track;
            }
        }
        throw new SfuException(
                SfuException.Code.UNSUPPORTED_SDP, "the room takes no track with what libwebrtc has offered in " + mid);
    }

    private static RTCRtpTransceiverInit sending(List<VideoSettings.Layer> layers) {
        RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = RTCRtpTransceiverDirection.SEND_ONLY;
        init.streamIds = List.of("native");
        List<RTCRtpEncodingParameters> encodings = new ArrayList<>();
        for (VideoSettings.Layer layer : layers) {
            RTCRtpEncodingParameters encoding = new RTCRtpEncodingParameters();
            encoding.active = true;
            encoding.scaleResolutionDownBy = layer.scaleDownBy();
            if (layer.maxBitrateBps() > 0) {
                encoding.maxBitrate = layer.maxBitrateBps();
            }
            encodings.add(encoding);
        }
        if (!encodings.isEmpty()) {
            init.sendEncodings = encodings;
        }
        return init;
    }

    private static List<RTCRtpCodecCapability> preferring(PeerConnectionFactory factory, String codec) {
        List<RTCRtpCodecCapability> preferred = new ArrayList<>();
        for (RTCRtpCodecCapability one :
                factory.getRtpSenderCapabilities(MediaType.VIDEO).getCodecs()) {
            if (one.getName().equalsIgnoreCase(codec)
                    || COMPANIONS.contains(one.getName().toLowerCase(Locale.ROOT))) {
                preferred.add(one);
            }
        }
        return preferred;
    }

    private Map<String, TrackSource> sources() {
        Map<String, TrackSource> byMid = new HashMap<>();
        for (PublishedSection section : sections) {
            byMid.put(section.mid(), section.shown());
        }
        return byMid;
    }

    @SuppressWarnings("NullAway") // Void has no value but null.
    CompletableFuture<Void> unpublish(PublishedSection section) {
        if (section.isEnded()) {
            return CompletableFuture.completedFuture(null);
        }
        return negotiations
                .negotiate(
                        _ -> {
                            section.stop();
                            sections.remove(section);
                            section.release();
                        },
                        _ -> {})
                .thenApply(_ -> null);
    }

    /** Changes the connection without an offer. */
    @SuppressWarnings("NullAway") // Void has no value but null.
    CompletableFuture<Void> change(Runnable change) {
        return connection.change(_ -> {
            change.run();
            return null;
        });
    }

    /** The tracks' references go before the connection does. Its own thread only. */
    void detachAll() {
        sections.forEach(PublishedSection::detach);
    }

    /** The sources go after the connection. Its own thread only. */
    void releaseAll() {
        sections.forEach(PublishedSection::release);
        sections.clear();
    }
}
