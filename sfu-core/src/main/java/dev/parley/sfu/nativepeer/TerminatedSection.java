package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.MediaType;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.sdp.Simulcast;
import java.util.ArrayList;
import java.util.List;

/**
 * One section of a browser's offer, which is a section of the same name towards the room.
 *
 * @param publishes whether the browser sends in it
 * @param receives whether it is a slot
 * @param codec the codec that the browser prefers, as in SDP
 * @param layers the simulcast layers offered, in the offer's order
 */
record TerminatedSection(
        String mid, MediaKind kind, boolean publishes, boolean receives, String codec, List<String> layers) {
    TerminatedSection {
        layers = List.copyOf(layers);
    }

    /** The audio and video sections of an offer, in its order, those switched off included. */
    static List<TerminatedSection> of(String offer) {
        SessionDescription description;
        try {
            description = SessionDescription.parse(offer);
        } catch (SdpException e) {
            throw new SfuException(SfuException.Code.BAD_SDP, String.valueOf(e.getMessage()));
        }
        List<TerminatedSection> sections = new ArrayList<>();
        for (MediaSection section : description.sections()) {
            if (section.kind() == MediaType.AUDIO || section.kind() == MediaType.VIDEO) {
                sections.add(of(section));
            }
        }
        return sections;
    }

    private static TerminatedSection of(MediaSection section) {
        MediaKind kind = section.kind() == MediaType.AUDIO ? MediaKind.AUDIO : MediaKind.VIDEO;
        boolean publishes = !section.isRejected() && section.direction().sends();
        boolean receives = !section.isRejected() && section.direction().receives();
        List<String> layers = new ArrayList<>();
        Simulcast simulcast = section.simulcast();
        if (simulcast != null) {
            // RFC 8853 §5.1: alternatives of one stream are sent in its place, never beside it.
            simulcast
                    .send()
                    .forEach(alternatives -> layers.add(alternatives.getFirst().rid()));
        }
        String codec = section.codecs().isEmpty()
                ? "nothing"
                : section.codecs().getFirst().name();
        return new TerminatedSection(section.mid(), kind, publishes, receives, codec, layers);
    }

    /** How libwebrtc's end of the browser's connection has it. */
    RTCRtpTransceiverDirection towardsBrowser() {
        return direction(receives, publishes);
    }

    /** How libwebrtc's end of the connection to the room has it. */
    RTCRtpTransceiverDirection towardsRoom() {
        return direction(publishes, receives);
    }

    private static RTCRtpTransceiverDirection direction(boolean sends, boolean takes) {
        if (sends) {
            return takes ? RTCRtpTransceiverDirection.SEND_RECV : RTCRtpTransceiverDirection.SEND_ONLY;
        }
        return takes ? RTCRtpTransceiverDirection.RECV_ONLY : RTCRtpTransceiverDirection.INACTIVE;
    }

    boolean isVideo() {
        return kind == MediaKind.VIDEO;
    }
}
