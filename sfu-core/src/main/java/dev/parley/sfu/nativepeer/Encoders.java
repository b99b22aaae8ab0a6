package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCRtpCodecCapability;
import dev.onvoid.webrtc.RTCRtpEncodingParameters;
import dev.onvoid.webrtc.RTCRtpSendParameters;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.media.MediaType;
import java.util.ArrayList;
import java.util.List;

/** What a sending section is told of its encoder. For the connection's own thread, inside of a change. */
final class Encoders {
    /** What all that decodes H264 decodes: its constrained baseline profile (RFC 7742 §6.2). */
    private static final String CONSTRAINED_BASELINE = "42e01f";

    private Encoders() {}

    /** Tells it what to do from now on. */
    static void aim(RTCRtpTransceiver transceiver, EncodeTarget target) {
        RTCRtpSendParameters parameters = transceiver.getSender().getParameters();
        for (RTCRtpEncodingParameters encoding : parameters.encodings) {
            encoding.scaleResolutionDownBy = target.scaleDownBy();
            encoding.maxBitrate = target.maxBitrateBps();
        }
        transceiver.getSender().setParameters(parameters);
    }

    /** Has the section offer one codec only, and its retransmission. */
    static void only(NativeFactory factory, RTCRtpTransceiver transceiver, String codec) {
        List<RTCRtpCodecCapability> chosen = new ArrayList<>();
        for (RTCRtpCodecCapability capability :
                factory.factory().getRtpSenderCapabilities(MediaType.VIDEO).getCodecs()) {
            if (capability.getName().equalsIgnoreCase(codec)) {
                chosen.add(isCompatible(capability) ? 0 : chosen.size(), capability);
            } else if (capability.getName().equalsIgnoreCase("rtx")) {
                chosen.add(capability);
            }
        }
        transceiver.setCodecPreferences(chosen);
    }

    private static boolean isCompatible(RTCRtpCodecCapability capability) {
        return CONSTRAINED_BASELINE.equals(capability.getSDPFmtp().get("profile-level-id"))
                && "1".equals(capability.getSDPFmtp().get("packetization-mode"));
    }
}
