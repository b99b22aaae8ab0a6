package dev.parley.benchmarks.load.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class PacketizedClipTest {
    private static final MediaClip SIMULCAST = SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 4, 30);

    @Test
    void everyPacketOfEveryLayerIsFoundByItsPayload() {
        PacketizedClip clip = PacketizedClip.of(SIMULCAST);

        for (int encoding = 0; encoding < clip.encodings(); encoding++) {
            PacketizedEncoding packets = clip.encoding(encoding);
            for (int packet = 0; packet < packets.packets(); packet++) {
                int number = clip.number(encoding, packet);
                assertEquals(number, find(clip, payload(packets, packet), PacketizedClip.UNKNOWN));
                assertEquals(encoding, clip.encodingOf(number));
                assertEquals(packet, clip.packetOf(number));
            }
        }
    }

    @Test
    void aPayloadWithOneBitChangedIsOfNoPacket() {
        PacketizedClip clip = PacketizedClip.of(SIMULCAST);
        byte[] payload = payload(clip.encoding(2), 17);

        for (int bit = 0; bit < 8 * payload.length; bit += 13) {
            payload[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(PacketizedClip.UNKNOWN, find(clip, payload, PacketizedClip.UNKNOWN));
            payload[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void payloadsThatAreTheSameAreToldApartByWhatCameBefore() {
        byte[] silence = {(byte) 0xF8, 1};
        byte[] speech = {(byte) 0xF8, 2};
        MediaClip clip = new MediaClip(
                "silence",
                Codec.OPUS,
                48_000,
                3_840,
                List.of(new Encoding(
                        "",
                        0,
                        0,
                        List.of(
                                EncodedFrame.plain(0, true, silence),
                                EncodedFrame.plain(960, true, silence),
                                EncodedFrame.plain(1_920, true, speech),
                                EncodedFrame.plain(2_880, true, silence)))));
        PacketizedClip packets = PacketizedClip.of(clip);

        assertEquals(1, find(packets, silence, 0));
        assertEquals(2, find(packets, speech, 1));
        assertEquals(3, find(packets, silence, 2));
        assertEquals(0, find(packets, silence, 3), "around the clip's end");
    }

    @Test
    void theNextKeyframeIsFoundAroundTheEnd() {
        PacketizedEncoding packets = PacketizedClip.of(SIMULCAST).encoding(0);

        assertEquals(60, packets.keyframeAfter(1));
        assertEquals(0, packets.keyframeAfter(60));
    }

    @Test
    void aVp8DescriptorSaysWhatItsFrameIs() {
        PacketizedEncoding packets = PacketizedClip.of(SIMULCAST).encoding(2);
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer buffer = Objects.requireNonNull(pool.acquire());
            buffer.length(PacketPool.PACKET_CAPACITY);
            for (int packet = 0; packet < packets.firstPacket(5); packet++) {
                int length = DescriptorWriter.write(Codec.VP8, buffer, 20, packets, packet, 40_000, 300);
                buffer.copyFrom(20 + length, packets.payloads(), packets.offset(packet), packets.length(packet));
                Vp8Descriptor read = new Vp8Descriptor();

                assertTrue(read.wrap(buffer, 20, length + packets.length(packet)));
                assertEquals(length, read.length());
                assertEquals(packets.startsFrame(packet), read.startOfFrame());
                assertEquals(packets.frameOf(packet) == 0 && packets.startsFrame(packet), read.keyframeStart());
                assertEquals(40_000 & 0x7FFF, read.pictureId());
                assertEquals(300 & 0xFF, read.tl0PicIdx());
                assertEquals(packets.frame(packets.frameOf(packet)).temporalId(), read.temporalId());
            }
            buffer.release();
        }
    }

    @Test
    void aVp9DescriptorSaysWhatItsLayerFrameIs() {
        List<EncodedFrame> frames = List.of(
                new EncodedFrame(0, true, 0, 0, false, false, false, false, new byte[0], new byte[3_000]),
                new EncodedFrame(0, false, 1, 0, false, true, false, true, new byte[0], new byte[10]),
                new EncodedFrame(3_000, false, 0, 1, true, false, true, false, new byte[0], new byte[10]));
        MediaClip clip = new MediaClip("layers", Codec.VP9, 90_000, 6_000, List.of(new Encoding("", 640, 360, frames)));
        PacketizedEncoding packets = PacketizedClip.of(clip).encoding(0);
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer buffer = Objects.requireNonNull(pool.acquire());
            buffer.length(PacketPool.PACKET_CAPACITY);

            Vp9Descriptor first = vp9(buffer, packets, 0);
            assertTrue(first.keyframeStart());
            assertEquals(2, first.spatialLayers());
            assertEquals(320, first.width(0));
            assertEquals(640, first.width(1));
            assertFalse(first.endOfFrame());

            Vp9Descriptor upper = vp9(buffer, packets, packets.firstPacket(1));
            assertEquals(1, upper.spatialId());
            assertTrue(upper.interLayerDependency() && upper.startOfFrame() && upper.endOfFrame());
            assertFalse(upper.keyframeStart());

            Vp9Descriptor later = vp9(buffer, packets, packets.firstPacket(2));
            assertTrue(later.isInterPredicted() && later.switchingUpPoint());
            assertEquals(1, later.temporalId());
            buffer.release();
        }
    }

    private static Vp9Descriptor vp9(PacketBuffer buffer, PacketizedEncoding packets, int packet) {
        int length = DescriptorWriter.write(Codec.VP9, buffer, 0, packets, packet, 7, 8);
        Vp9Descriptor read = new Vp9Descriptor();
        assertTrue(read.wrap(buffer, 0, length + 1));
        assertEquals(length, read.length());
        assertEquals(7, read.pictureId());
        assertEquals(8, read.tl0PicIdx());
        return read;
    }

    private static byte[] payload(PacketizedEncoding packets, int packet) {
        return packets.payloads()
                .asSlice(packets.offset(packet), packets.length(packet))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static int find(PacketizedClip clip, byte[] payload, int before) {
        CRC32C sum = new CRC32C();
        sum.update(payload);
        return clip.find((int) sum.getValue(), payload.length, before);
    }
}
