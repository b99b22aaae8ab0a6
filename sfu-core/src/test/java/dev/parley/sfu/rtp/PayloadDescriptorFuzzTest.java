package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Arrays;

/** Payloads of all codecs: each reader must stay within the payload, which lies at the end of the packet's memory. */
final class PayloadDescriptorFuzzTest {
    private static final Codec[] CODECS = Codec.values();
    private static final PacketPool POOL = PacketPool.bounded(2);

    @FuzzTest
    void stayWithinThePayload(byte[] data) {
        if (data.length <= 1_500) {
            check(data);
        }
    }

    static void checkFlipped(String hex) {
        byte[] whole = Packets.bytes(hex);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            check(flipped);
        }
    }

    private static void check(byte[] payload) {
        PacketBuffer packet = Packets.of(payload, POOL);
        int length = packet.length();
        Vp8Descriptor vp8 = new Vp8Descriptor();
        if (vp8.wrap(packet, 0, length)) {
            assertTrue(vp8.length() <= length);
            vp8.rewrite(packet, 0, vp8.pictureId(), vp8.tl0PicIdx(), vp8.keyIdx());
        }
        Vp9Descriptor vp9 = new Vp9Descriptor();
        if (vp9.wrap(packet, 0, length)) {
            assertTrue(vp9.length() <= length);
            vp9.rewrite(packet, 0, vp9.pictureId(), vp9.tl0PicIdx());
        }
        byte[] rewritten = packet.toByteArray();
        assertTrue(Arrays.equals(payload, rewritten), "writing the values read changes nothing");
        byte[] whole = new byte[RtpPacket.FIXED_HEADER_LENGTH + length];
        whole[0] = (byte) 0x80;
        System.arraycopy(payload, 0, whole, RtpPacket.FIXED_HEADER_LENGTH, length);
        RtpPacket rtp = new RtpPacket();
        PacketBuffer wholePacket = Packets.of(whole, POOL);
        assertTrue(rtp.wrap(wholePacket));
        KeyframeDetector detector = new KeyframeDetector();
        for (Codec codec : CODECS) {
            boolean keyframe = detector.isKeyframeStart(codec, rtp, 0, true);
            assertTrue(!keyframe || codec.isAudio() || length > 0);
        }
        packet.release();
        wholePacket.release();
    }
}
