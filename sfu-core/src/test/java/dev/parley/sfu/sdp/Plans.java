package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCandidate;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans as a session would make them: receive what is sent, and send into whatever only receives. */
final class Plans {
    static final IceCredentials ICE = new IceCredentials("server1", "serverpasswordserverpass");
    static final Fingerprint FINGERPRINT = Fingerprint.of("sha-256", new byte[] {1, 2, 3});
    static final IceCandidate CANDIDATE =
            IceCandidate.host(TransportAddress.ofIpv4(Transport.UDP, 0x7F00_0001, 7882), 0);

    private Plans() {}

    static AnswerPlan of(Map<String, MediaPlan> media) {
        return new AnswerPlan(42, 7, ICE, FINGERPRINT, List.of(CANDIDATE), media, AnswerPlan.DEFAULT_MAX_SECTIONS);
    }

    /** Takes all that the offer sends and fills all that it only receives. */
    static AnswerPlan all(SessionDescription offer) {
        Map<String, MediaPlan> media = new LinkedHashMap<>();
        for (MediaSection section : offer.sections()) {
            if (!section.mid().isEmpty()) {
                media.put(section.mid(), section.direction().sends() ? MediaPlan.receive() : slot(section.line()));
            }
        }
        return of(media);
    }

    static MediaPlan slot(int number) {
        return MediaPlan.send("stream" + number, "track" + number, number, 0x8000_0000 | number, "cname");
    }
}
