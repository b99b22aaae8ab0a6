package dev.parley.benchmarks.delay;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.Codec;

/** The offer of one in a room: a camera, and a slot of video for each of the others. VP8 with RTX. */
final class MemberOffer {
    static final String CAMERA = "0";
    static final int SSRC = 0x1234_5679;

    private MemberOffer() {}

    /** The mid of a slot, from 0. */
    static String slot(int index) {
        return Integer.toString(index + 1);
    }

    static String write(IceCredentials ice, Fingerprint fingerprint, int slots) {
        Description offer = Description.of(ice, fingerprint)
                .section(CAMERA, Codec.VP8, Description.PLAIN, Description.sending("camera", SSRC, SSRC + 2));
        for (int i = 0; i < slots; i++) {
            offer.section(slot(i), Codec.VP8, Description.PLAIN, "a=recvonly");
        }
        return offer.toSdp();
    }
}
