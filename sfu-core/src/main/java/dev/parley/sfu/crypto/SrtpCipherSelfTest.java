package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Known answers that a provider must give before it is trusted with a call: a native library of another version, or a
 * fault in it, shows here and not in broken media. Run at start, by any thread.
 */
public final class SrtpCipherSelfTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int RTP_HEADER_LENGTH = 12;

    /** The RTP packet and the RTCP packet of RFC 7714 §16 and §17, with "Quid pro quo" for a salt. */
    private static final String GCM_RTP =
            "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361" + "20696e207061727465732074726573";

    private static final String GCM_RTCP = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
            + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private static final String GCM_SALT = "517569642070726f2071756f";
    private static final int GCM_RTCP_INDEX = 0x5d4;

    /**
     * What must come of two packets under given session keys.
     *
     * @param keys the session keys, in hexadecimal as all that follows
     */
    private record KnownAnswer(
            SrtpProfile profile,
            SrtpSessionKeys keys,
            String rtp,
            String protectedRtp,
            String rtcp,
            int rtcpIndex,
            String protectedRtcp) {}

    private SrtpCipherSelfTest() {}

    /**
     * Whether the provider gives the known answers for the profile, in place and from one packet to another, refuses a
     * changed packet, and leaves it as it was.
     */
    public static boolean passes(SrtpCipherProvider provider, SrtpProfile profile) {
        if (!provider.supports(profile)) {
            return false;
        }
        KnownAnswer answer = answers().stream()
                .filter(candidate -> candidate.profile() == profile)
                .findFirst()
                .orElseThrow();
        try (PacketPool pool = PacketPool.bounded(2);
                SrtpCipher sender = provider.create(answer.keys(), SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = provider.create(answer.keys(), SrtpCipher.Direction.UNPROTECT)) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            PacketBuffer other = Objects.requireNonNull(pool.acquire());
            boolean passes =
                    rtpPasses(answer, sender, receiver, packet, other) && rtcpPasses(answer, sender, receiver, packet);
            packet.release();
            other.release();
            return passes;
        } finally {
            answer.keys().close();
        }
    }

    private static boolean rtpPasses(
            KnownAnswer answer, SrtpCipher sender, SrtpCipher receiver, PacketBuffer packet, PacketBuffer plain) {
        fill(plain, answer.rtp());
        packet.length(0);
        packet.copyFrom(0, plain, 0, RTP_HEADER_LENGTH);
        int payload = plain.length() - RTP_HEADER_LENGTH;
        int ssrc = plain.i32(8);
        int index = plain.u16(2);
        sender.protectRtp(packet, RTP_HEADER_LENGTH, 0, plain, RTP_HEADER_LENGTH, payload, ssrc, index);
        if (!holds(packet, answer.protectedRtp())) {
            return false;
        }
        String changed = damage(packet);
        if (receiver.unprotectRtp(packet, RTP_HEADER_LENGTH, ssrc, index) || !holds(packet, changed)) {
            return false;
        }
        fill(packet, answer.protectedRtp());
        return receiver.unprotectRtp(packet, RTP_HEADER_LENGTH, ssrc, index) && holds(packet, answer.rtp());
    }

    private static boolean rtcpPasses(KnownAnswer answer, SrtpCipher sender, SrtpCipher receiver, PacketBuffer packet) {
        fill(packet, answer.rtcp());
        sender.protectRtcp(packet, answer.rtcpIndex());
        if (!holds(packet, answer.protectedRtcp())) {
            return false;
        }
        String changed = damage(packet);
        if (receiver.unprotectRtcp(packet) || !holds(packet, changed)) {
            return false;
        }
        fill(packet, answer.protectedRtcp());
        return receiver.unprotectRtcp(packet) && holds(packet, answer.rtcp());
    }

    private static List<KnownAnswer> answers() {
        return List.of(
                new KnownAnswer(
                        SrtpProfile.AEAD_AES_128_GCM, // RFC 7714 §16 and §17
                        gcmKeys(SrtpProfile.AEAD_AES_128_GCM),
                        GCM_RTP,
                        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de"
                                + "3adf8833899d7f27beb16a9152cf765ee4390cce",
                        GCM_RTCP,
                        GCM_RTCP_INDEX,
                        "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b468630"
                                + "3ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"),
                new KnownAnswer(
                        SrtpProfile.AEAD_AES_256_GCM, // RFC 7714 §16 and §17
                        gcmKeys(SrtpProfile.AEAD_AES_256_GCM),
                        GCM_RTP,
                        "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba6"
                                + "3799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
                        GCM_RTCP,
                        GCM_RTCP_INDEX,
                        "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61d"
                                + "e0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4"),
                new KnownAnswer(
                        SrtpProfile.AES128_CM_SHA1_80, // The keys of RFC 3711 B.3; the answers are libsrtp's.
                        SrtpSessionKeys.derive(
                                SrtpProfile.AES128_CM_SHA1_80,
                                HEX.parseHex("e1f97a0d3e018be0d64fa32c06de4139"),
                                HEX.parseHex("0ec675ad498afeebb6960b3aabe6")),
                        "800f1234decafbadcafebabeabababababababababababababababab",
                        "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
                        "81c8000bcafebabeabababababababababababababababab",
                        1,
                        "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"));
    }

    private static SrtpSessionKeys gcmKeys(SrtpProfile profile) {
        return new SrtpSessionKeys(profile, gcmKeys(profile.keyLength()), gcmKeys(profile.keyLength()));
    }

    private static SrtpSessionKeys.Keys gcmKeys(int keyLength) {
        byte[] key = new byte[keyLength];
        for (int i = 0; i < keyLength; i++) {
            key[i] = (byte) i;
        }
        return new SrtpSessionKeys.Keys(key, new byte[0], HEX.parseHex(GCM_SALT));
    }

    private static void fill(PacketBuffer packet, String hex) {
        byte[] bytes = HEX.parseHex(hex);
        packet.putBytes(0, bytes, 0, bytes.length);
        packet.length(bytes.length);
    }

    /** Turns one bit behind the header and returns what the packet then is. */
    private static String damage(PacketBuffer packet) {
        packet.putU8(RTP_HEADER_LENGTH, packet.u8(RTP_HEADER_LENGTH) ^ 1);
        return HEX.formatHex(packet.toByteArray());
    }

    private static boolean holds(PacketBuffer packet, String hex) {
        return HEX.formatHex(packet.toByteArray()).equals(hex);
    }
}
