package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * The VP8 payload descriptor (RFC 7741 §4.2): read from each packet, rewritten when a receiver's picture ids must be
 * continuous across sources. Reused by the shard's thread.
 *
 * <p>Of the VP8 payload header (§4.3) only the keyframe bit is read.
 */
public final class Vp8Descriptor {
    private int length;
    private boolean startOfPartition;
    private boolean nonReference;
    private int partition;
    private int pictureId;
    private int pictureIdOffset;
    private int pictureIdBits;
    private int tl0PicIdx;
    private int tl0PicIdxOffset;
    private int temporalId;
    private boolean layerSync;
    private int keyIdx;
    private int tidKeyIdxOffset;
    private boolean keyframe;

    /** Reads the descriptor at the front of a packet's payload. False when the payload is too short for it. */
    public boolean wrap(RtpPacket rtp) {
        return wrap(rtp.packet(), rtp.payloadOffset(), rtp.payloadLength());
    }

    public boolean wrap(PacketBuffer packet, int payloadOffset, int payloadLength) {
        clear();
        if (payloadLength < 1) {
            return false;
        }
        int first = packet.u8(payloadOffset);
        nonReference = (first & 0x20) != 0;
        startOfPartition = (first & 0x10) != 0;
        partition = first & 0x07;
        length = 1;
        if ((first & 0x80) != 0 && !readExtension(packet, payloadOffset, payloadLength)) {
            return false;
        }
        // §4.3: the payload header starts the first partition; P is 0 in a keyframe.
        boolean headerFollows = startOfPartition && partition == 0 && payloadLength > length;
        keyframe = headerFollows && (packet.u8(payloadOffset + length) & 0x01) == 0;
        return true;
    }

    private void clear() {
        pictureId = -1;
        pictureIdOffset = -1;
        pictureIdBits = 0;
        tl0PicIdx = -1;
        tl0PicIdxOffset = -1;
        temporalId = -1;
        layerSync = false;
        keyIdx = -1;
        tidKeyIdxOffset = -1;
        keyframe = false;
    }

    private boolean readExtension(PacketBuffer packet, int payloadOffset, int payloadLength) {
        if (payloadLength < 2) {
            return false;
        }
        int flags = packet.u8(payloadOffset + 1);
        boolean hasPictureId = (flags & 0x80) != 0;
        boolean hasTl0PicIdx = (flags & 0x40) != 0;
        boolean hasTid = (flags & 0x20) != 0;
        boolean hasKeyIdx = (flags & 0x10) != 0;
        length = 2;
        if (hasPictureId && !readPictureId(packet, payloadOffset, payloadLength)) {
            return false;
        }
        int rest = (hasTl0PicIdx ? 1 : 0) + (hasTid || hasKeyIdx ? 1 : 0);
        if (payloadLength < length + rest) {
            return false;
        }
        if (hasTl0PicIdx) {
            tl0PicIdxOffset = length++;
            tl0PicIdx = packet.u8(payloadOffset + tl0PicIdxOffset);
        }
        if (hasTid || hasKeyIdx) {
            tidKeyIdxOffset = length++;
            int value = packet.u8(payloadOffset + tidKeyIdxOffset);
            temporalId = hasTid ? value >>> 6 : -1;
            layerSync = hasTid && (value & 0x20) != 0;
            keyIdx = hasKeyIdx ? value & 0x1F : -1;
        }
        return true;
    }

    private boolean readPictureId(PacketBuffer packet, int payloadOffset, int payloadLength) {
        if (payloadLength < 3) {
            return false;
        }
        pictureIdOffset = 2;
        int first = packet.u8(payloadOffset + 2);
        if ((first & 0x80) == 0) {
            pictureId = first;
            pictureIdBits = 7;
            length = 3;
            return true;
        }
        if (payloadLength < 4) {
            return false;
        }
        pictureId = packet.u16(payloadOffset + 2) & 0x7FFF;
        pictureIdBits = 15;
        length = 4;
        return true;
    }

    /**
     * Writes other values over those of the packet last read, into a copy of its payload at {@code payloadOffset} of
     * {@code dst}; fields that the descriptor does not have are left out, a picture id keeps its width.
     */
    public void rewrite(PacketBuffer dst, int payloadOffset, int newPictureId, int newTl0PicIdx, int newKeyIdx) {
        if (pictureIdBits == 15) {
            dst.putU16(payloadOffset + pictureIdOffset, 0x8000 | newPictureId & 0x7FFF);
        } else if (pictureIdBits == 7) {
            dst.putU8(payloadOffset + pictureIdOffset, newPictureId & 0x7F);
        }
        if (tl0PicIdxOffset >= 0) {
            dst.putU8(payloadOffset + tl0PicIdxOffset, newTl0PicIdx);
        }
        if (keyIdx >= 0) {
            int offset = payloadOffset + tidKeyIdxOffset;
            dst.putU8(offset, dst.u8(offset) & 0xE0 | newKeyIdx & 0x1F);
        }
    }

    /** The descriptor's bytes: where the VP8 payload header starts. */
    public int length() {
        return length;
    }

    /** S: the packet starts a partition. */
    public boolean startOfPartition() {
        return startOfPartition;
    }

    /** PID: the partition the packet starts with, 0 to 7. */
    public int partition() {
        return partition;
    }

    /** Whether the packet is the first of a frame. */
    public boolean startOfFrame() {
        return startOfPartition && partition == 0;
    }

    /** Whether the packet is the first of a keyframe. */
    public boolean keyframeStart() {
        return keyframe;
    }

    /** N: the frame can be dropped without harm to another. */
    public boolean nonReference() {
        return nonReference;
    }

    /** -1 without one. */
    public int pictureId() {
        return pictureId;
    }

    /** 7, 15, or 0 without a picture id. */
    public int pictureIdBits() {
        return pictureIdBits;
    }

    /** Where the picture id lies in the payload, or -1. */
    public int pictureIdOffset() {
        return pictureIdOffset;
    }

    /** 0 to 255, or -1 without one. */
    public int tl0PicIdx() {
        return tl0PicIdx;
    }

    public int tl0PicIdxOffset() {
        return tl0PicIdxOffset;
    }

    /** 0 to 3, or -1 without one. */
    public int temporalId() {
        return temporalId;
    }

    /** Y: the frame depends on the base layer alone. */
    public boolean layerSync() {
        return layerSync;
    }

    /** 0 to 31, or -1 without one. */
    public int keyIdx() {
        return keyIdx;
    }
}
