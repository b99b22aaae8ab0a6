package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCRtpSendParameters;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.parley.sfu.Participant;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sending section of the connection and the source behind it. The transceiver is for the connection's thread only. */
final class PublishedSection {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedSection.class);

    private final Publishing publishing;
    private final TrackSource shown;
    private final RTCRtpTransceiver transceiver;
    private final MediaStreamTrack media;
    private final int layers;
    private final Runnable releaseSource;
    private volatile @Nullable TrackInfo track;
    private volatile boolean ended;

    /**
     * @param media the library's track, which {@code transceiver} sends
     * @param releaseSource gives the source back, when nothing sends it any more
     */
    PublishedSection(
            Publishing publishing,
            TrackSource shown,
            RTCRtpTransceiver transceiver,
            MediaStreamTrack media,
            int layers,
            Runnable releaseSource) {
        this.publishing = publishing;
        this.shown = shown;
        this.transceiver = transceiver;
        this.media = media;
        this.layers = layers;
        this.releaseSource = releaseSource;
    }

    /** As the room took it. */
    TrackInfo track() {
        return Objects.requireNonNull(track, "not published yet");
    }

    void accepted(TrackInfo info) {
        track = info;
    }

    TrackSource shown() {
        return shown;
    }

    /** Its media section; the connection's thread only. */
    String mid() {
        return Objects.requireNonNullElse(transceiver.getMid(), "");
    }

    boolean isEnded() {
        return ended;
    }

    CompletableFuture<Void> mute(boolean muted) {
        return participant().mute(track().id(), muted);
    }

    CompletableFuture<Void> unpublish() {
        return publishing.unpublish(this);
    }

    CompletableFuture<Void> maxBitrateBps(int bitrateBps) {
        if (layers > 1) {
            throw new IllegalStateException("libwebrtc does not let the parameters of simulcast change");
        }
        return publishing.change(() -> {
            RTCRtpSendParameters parameters = transceiver.getSender().getParameters();
            parameters.encodings.getFirst().maxBitrate = bitrateBps == 0 ? null : bitrateBps;
            transceiver.getSender().setParameters(parameters);
        });
    }

    /** Sends nothing more, for the next offer to say so. The connection's thread only. */
    void stop() {
        ended = true;
        transceiver.getSender().replaceTrack(null);
        transceiver.setDirection(RTCRtpTransceiverDirection.INACTIVE);
    }

    /** Lets go of the track, so that the library can free it. The connection's thread only, before it is closed. */
    void detach() {
        ended = true;
        transceiver.getSender().replaceTrack(null);
    }

    /** Gives track and source back. After {@link #stop} or {@link #detach}. */
    void release() {
        try {
            media.dispose();
        } catch (
                Error held) { // webrtc-java's own: it has given its reference back, and minds that it was not the last.
            LOG.debug("track={} event=held-elsewhere", media);
        }
        releaseSource.run();
    }

    private Participant participant() {
        return publishing.participant();
    }
}
