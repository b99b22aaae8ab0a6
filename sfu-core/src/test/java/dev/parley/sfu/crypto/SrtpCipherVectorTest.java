package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The AES-GCM vectors of RFC 7714: SRTP in §16, SRTCP in §17. They give session keys, not master keys. */
@ParameterizedClass
@ValueSource(strings = {"ipsec-mb", "openssl", "jdk"})
class SrtpCipherVectorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] KEY_128 = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
    private static final byte[] KEY_256 =
            HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final byte[] SALT = HEX.parseHex("517569642070726f2071756f");
    private static final int HEADER_LENGTH = 12;
    private static final int SSRC = 0x5501a0b2;
    private static final long INDEX = 0xf17b;

    /** "Gallia est omnis divisa in partes tres". */
    private static final String RTP =
            "8040f17b8041f8d35501a0b2" + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";

    private static final String RTCP = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
            + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

    private final PacketPool pool = PacketPool.bounded(4);
    private final List<PacketBuffer> acquired = new ArrayList<>();
    private final SrtpCipherProvider provider;

    SrtpCipherVectorTest(String name) {
        provider = ProvidersUnderTest.require(name);
    }

    @AfterEach
    void closePool() {
        acquired.forEach(PacketBuffer::release);
        pool.close();
    }

    @Test
    void protectsAndUnprotectsRtpWithAes128AsInSection16Point1() {
        assertRtp(
                SrtpProfile.AEAD_AES_128_GCM,
                KEY_128,
                "8040f17b8041f8d35501a0b2"
                        + "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                        + "899d7f27beb16a9152cf765ee4390cce");
    }

    @Test
    void protectsAndUnprotectsRtpWithAes256AsInSection16Point2() {
        assertRtp(
                SrtpProfile.AEAD_AES_256_GCM,
                KEY_256,
                "8040f17b8041f8d35501a0b2"
                        + "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                        + "7aa3db36dfffd6b0f9bb7878d7a76c13");
    }

    @Test
    void protectsAndUnprotectsRtcpWithAes128AsInSection17() {
        assertRtcp(
                SrtpProfile.AEAD_AES_128_GCM,
                KEY_128,
                "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46"
                        + "86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4");
    }

    @Test
    void protectsAndUnprotectsRtcpWithAes256AsInSection17() {
        assertRtcp(
                SrtpProfile.AEAD_AES_256_GCM,
                KEY_256,
                "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658"
                        + "c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4");
    }

    @Test
    void verifiesRtcpThatIsOnlyAuthenticatedAsInSection17() {
        assertAuthenticatedOnly(
                SrtpProfile.AEAD_AES_128_GCM, KEY_128, RTCP + "841dd9683dd78ec92ae58790125f62b3000005d4");
        assertAuthenticatedOnly(
                SrtpProfile.AEAD_AES_256_GCM, KEY_256, RTCP + "91db4afbfeee5a978fab4393ed2615fe000005d4");
    }

    private void assertRtp(SrtpProfile profile, byte[] key, String expected) {
        SrtpSessionKeys keys = keys(profile, key);
        try (SrtpCipher sender = provider.create(keys, SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = provider.create(keys, SrtpCipher.Direction.UNPROTECT)) {
            PacketBuffer packet = packet(RTP);
            int payload = packet.length() - HEADER_LENGTH;

            int length = sender.protectRtp(packet, HEADER_LENGTH, 0, packet, HEADER_LENGTH, payload, SSRC, INDEX);
            assertEquals(expected, hex(packet));
            assertEquals(expected.length() / 2, length);

            assertTrue(receiver.unprotectRtp(packet, HEADER_LENGTH, SSRC, INDEX));
            assertEquals(RTP, hex(packet));
        }
    }

    private void assertRtcp(SrtpProfile profile, byte[] key, String expected) {
        SrtpSessionKeys keys = keys(profile, key);
        try (SrtpCipher sender = provider.create(keys, SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = provider.create(keys, SrtpCipher.Direction.UNPROTECT)) {
            PacketBuffer packet = packet(RTCP);

            int length = sender.protectRtcp(packet, 0x5d4);
            assertEquals(expected, hex(packet));
            assertEquals(expected.length() / 2, length);

            assertTrue(receiver.unprotectRtcp(packet));
            assertEquals(RTCP, hex(packet));
        }
    }

    private void assertAuthenticatedOnly(SrtpProfile profile, byte[] key, String protectedRtcp) {
        try (SrtpCipher receiver = provider.create(keys(profile, key), SrtpCipher.Direction.UNPROTECT)) {
            PacketBuffer packet = packet(protectedRtcp);
            assertTrue(receiver.unprotectRtcp(packet));
            assertEquals(RTCP, hex(packet));

            PacketBuffer changed = packet(protectedRtcp);
            changed.putU8(20, changed.u8(20) ^ 1);
            assertFalse(receiver.unprotectRtcp(changed));
        }
    }

    private static SrtpSessionKeys keys(SrtpProfile profile, byte[] key) {
        SrtpSessionKeys.Keys keys = new SrtpSessionKeys.Keys(key, new byte[0], SALT);
        return new SrtpSessionKeys(profile, keys, keys);
    }

    private PacketBuffer packet(String hex) {
        byte[] bytes = HEX.parseHex(hex);
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        acquired.add(packet);
        packet.putBytes(0, bytes, 0, bytes.length);
        packet.length(bytes.length);
        return packet;
    }

    private static String hex(PacketBuffer packet) {
        return HEX.formatHex(packet.toByteArray());
    }
}
