package dev.parley.sfu.simulation;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a synthetic packet carries behind its payload descriptor, so that the far end can tell what it has got.
 *
 * @param sourceSsrc the publisher's SSRC
 * @param frame counts the frames of the source, whatever layer
 * @param index the packet's place in its frame
 * @param count packets of the frame
 * @param capturedNs when the frame was captured, by the virtual clock
 * @param pictureId of VP8, or -1
 * @param tl0PicIdx of VP8, or -1
 */
record SimulatedPayload(
        int sourceSsrc,
        int frame,
        int index,
        int count,
        long capturedNs,
        boolean keyframe,
        int pictureId,
        int tl0PicIdx) {
    private static final int VP8_LENGTH = 7;
    private static final int LENGTH = 18;

    /** As an Opus payload, whose bytes no server looks at. */
    byte[] toOpus() {
        return put(ByteBuffer.allocate(LENGTH)).array();
    }

    /** As a VP8 payload (RFC 7741 §4.2, §4.3) with picture id of 15 bits, TL0PICIDX and temporal id. */
    byte[] toVp8(int sizeBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(sizeBytes, VP8_LENGTH + LENGTH));
        bytes.put((byte) (index == 0 ? 0x90 : 0x80)).put((byte) 0xE0);
        bytes.putShort((short) (0x8000 | pictureId)).put((byte) tl0PicIdx).put((byte) 0);
        bytes.put((byte) (keyframe ? 0 : 1));
        return put(bytes).array();
    }

    private ByteBuffer put(ByteBuffer bytes) {
        return bytes.putInt(sourceSsrc)
                .putInt(frame)
                .put((byte) index)
                .put((byte) count)
                .putLong(capturedNs);
    }

    /** Reads the payload from {@code offset} of a packet, or {@code null} when it is none of ours. */
    static @Nullable SimulatedPayload read(RtpPacket rtp, int offset, boolean video) {
        PacketBuffer packet = rtp.packet();
        int end = rtp.payloadOffset() + rtp.payloadLength();
        Vp8Descriptor vp8 = new Vp8Descriptor();
        if (video && !vp8.wrap(packet, offset, end - offset)) {
            return null;
        }
        int at = video ? offset + vp8.length() : offset;
        boolean keyframe = video && at < end && (packet.u8(at) & 1) == 0;
        at += video ? 1 : 0;
        if (end - at < LENGTH) {
            return null;
        }
        return new SimulatedPayload(
                packet.i32(at),
                packet.i32(at + 4),
                packet.u8(at + 8),
                packet.u8(at + 9),
                packet.i64(at + 10),
                keyframe,
                video ? vp8.pictureId() : -1,
                video ? vp8.tl0PicIdx() : -1);
    }
}
