package dev.parley.benchmarks.forward;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.Codec;

/** The offers of the bench's clients: one section of video, VP8 with RTX. */
final class ClientOffer {
    static final String MID = "0";
    static final int SSRC = 0x1234_5679;

    private static final int RTX_SSRC = SSRC + 2;

    private ClientOffer() {}

    static String publishing(IceCredentials ice, Fingerprint fingerprint) {
        return write(ice, fingerprint, Description.sending("camera", SSRC, RTX_SSRC));
    }

    static String receiving(IceCredentials ice, Fingerprint fingerprint) {
        return write(ice, fingerprint, "a=recvonly");
    }

    private static String write(IceCredentials ice, Fingerprint fingerprint, String... attributes) {
        return Description.of(ice, fingerprint)
                .section(MID, Codec.VP8, Description.PLAIN, attributes)
                .toSdp();
    }
}
