package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * The VP9 payload descriptor (RFC 9628 §4.2), read from each packet. Reused by the shard's thread.
 *
 * <p>Of the scalability structure (§4.2.1) the layers' sizes are kept; its picture group is skipped, as are the
 * reference differences of the flexible mode.
 */
public final class Vp9Descriptor {
    private static final int MAX_SPATIAL_LAYERS = 8;

    private final int[] widths = new int[MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[MAX_SPATIAL_LAYERS];
    private int flags;
    private int length;
    private int pictureId;
    private int pictureIdOffset;
    private int pictureIdBits;
    private int layerIndices;
    private int tl0PicIdx;
    private int tl0PicIdxOffset;
    private int spatialLayers;
    private boolean hasResolutions;

    /** Reads the descriptor at the front of a packet's payload. False when the payload is too short for it. */
    public boolean wrap(RtpPacket rtp) {
        return wrap(rtp.packet(), rtp.payloadOffset(), rtp.payloadLength());
    }

    public boolean wrap(PacketBuffer packet, int payloadOffset, int payloadLength) {
        clear();
        if (payloadLength < 1) {
            return false;
        }
        flags = packet.u8(payloadOffset);
        int end = payloadOffset + payloadLength;
        int at = payloadOffset + 1;
        if (hasPictureId()) {
            at = readPictureId(packet, payloadOffset, at, end);
        }
        if (hasLayerIndices()) {
            at = readLayers(packet, payloadOffset, at, end);
        }
        if (isInterPredicted() && isFlexible()) {
            at = skipReferences(packet, at, end);
        }
        if (hasScalabilityStructure()) {
            at = readScalabilityStructure(packet, at, end);
        }
        length = at - payloadOffset;
        return at <= end;
    }

    private void clear() {
        flags = 0;
        length = 0;
        pictureId = -1;
        pictureIdOffset = -1;
        pictureIdBits = 0;
        layerIndices = -1;
        tl0PicIdx = -1;
        tl0PicIdxOffset = -1;
        spatialLayers = 0;
        hasResolutions = false;
    }

    /** Each of these returns where the next field starts; beyond {@code end} when the payload is too short. */
    private int readPictureId(PacketBuffer packet, int payloadOffset, int at, int end) {
        if (at >= end) {
            return end + 1;
        }
        pictureIdOffset = at - payloadOffset;
        int first = packet.u8(at);
        if ((first & 0x80) == 0) {
            pictureId = first;
            pictureIdBits = 7;
            return at + 1;
        }
        if (at + 1 >= end) {
            return end + 1;
        }
        pictureId = packet.u16(at) & 0x7FFF;
        pictureIdBits = 15;
        return at + 2;
    }

    private int readLayers(PacketBuffer packet, int payloadOffset, int at, int end) {
        if (at >= end) {
            return end + 1;
        }
        layerIndices = packet.u8(at);
        if (isFlexible()) {
            return at + 1;
        }
        if (at + 1 >= end) {
            return end + 1;
        }
        tl0PicIdxOffset = at + 1 - payloadOffset;
        tl0PicIdx = packet.u8(at + 1);
        return at + 2;
    }

    private static int skipReferences(PacketBuffer packet, int start, int end) {
        int at = start;
        // §4.2: at most three, N in the lowest bit says that another follows.
        for (int i = 0; i < 3; i++) {
            if (at >= end) {
                return end + 1;
            }
            if ((packet.u8(at++) & 0x01) == 0) {
                return at;
            }
        }
        // A third reference that announces a fourth is no VP9.
        return end + 1;
    }

    private int readScalabilityStructure(PacketBuffer packet, int start, int end) {
        if (start >= end) {
            return end + 1;
        }
        int head = packet.u8(start);
        int at = start + 1;
        spatialLayers = (head >>> 5) + 1;
        if ((head & 0x10) != 0) {
            if (at + 4 * spatialLayers > end) {
                return end + 1;
            }
            for (int i = 0; i < spatialLayers; i++, at += 4) {
                widths[i] = packet.u16(at);
                heights[i] = packet.u16(at + 2);
            }
            hasResolutions = true;
        }
        return (head & 0x08) != 0 ? skipPictureGroup(packet, at, end) : at;
    }

    private static int skipPictureGroup(PacketBuffer packet, int start, int end) {
        if (start >= end) {
            return end + 1;
        }
        int pictures = packet.u8(start);
        int at = start + 1;
        for (int i = 0; i < pictures; i++) {
            if (at >= end) {
                return end + 1;
            }
            int references = packet.u8(at) >>> 2 & 0x03;
            at += 1 + references;
        }
        return at;
    }

    /**
     * Writes other values over those of the packet last read, into a copy of its payload at {@code payloadOffset} of
     * {@code dst}; fields that the descriptor does not have are left out, a picture id keeps its width.
     */
    public void rewrite(PacketBuffer dst, int payloadOffset, int newPictureId, int newTl0PicIdx) {
        if (pictureIdBits == 15) {
            dst.putU16(payloadOffset + pictureIdOffset, 0x8000 | newPictureId & 0x7FFF);
        } else if (pictureIdBits == 7) {
            dst.putU8(payloadOffset + pictureIdOffset, newPictureId & 0x7F);
        }
        if (tl0PicIdxOffset >= 0) {
            dst.putU8(payloadOffset + tl0PicIdxOffset, newTl0PicIdx);
        }
    }

    /** The descriptor's bytes: where the VP9 frame's data starts. */
    public int length() {
        return length;
    }

    private boolean hasPictureId() {
        return (flags & 0x80) != 0;
    }

    /** P: the layer frame refers to an earlier picture. */
    public boolean isInterPredicted() {
        return (flags & 0x40) != 0;
    }

    private boolean hasLayerIndices() {
        return (flags & 0x20) != 0;
    }

    /** F: each frame names its references. */
    public boolean isFlexible() {
        return (flags & 0x10) != 0;
    }

    /** B: the packet is the first of a layer frame. */
    public boolean startOfFrame() {
        return (flags & 0x08) != 0;
    }

    /** E: the packet is the last of a layer frame. */
    public boolean endOfFrame() {
        return (flags & 0x04) != 0;
    }

    public boolean hasScalabilityStructure() {
        return (flags & 0x02) != 0;
    }

    /** Z: no higher spatial layer refers to this frame. */
    public boolean notUpperLayerReference() {
        return (flags & 0x01) != 0;
    }

    /** Whether the packet is the first of a keyframe: of the lowest spatial layer, referring to no earlier picture. */
    public boolean keyframeStart() {
        return startOfFrame() && !isInterPredicted() && spatialId() <= 0;
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

    /** 0 to 255; -1 without one, as always in the flexible mode. */
    public int tl0PicIdx() {
        return tl0PicIdx;
    }

    public int tl0PicIdxOffset() {
        return tl0PicIdxOffset;
    }

    /** 0 to 7, or -1 without layer indices. */
    public int temporalId() {
        return layerIndices < 0 ? -1 : layerIndices >>> 5;
    }

    /** U: from this frame on the receiver can move up to this temporal layer. */
    public boolean switchingUpPoint() {
        return layerIndices >= 0 && (layerIndices & 0x10) != 0;
    }

    /** 0 to 7, or -1 without layer indices. */
    public int spatialId() {
        return layerIndices < 0 ? -1 : layerIndices >>> 1 & 0x07;
    }

    /** D: the frame depends on the next lower spatial layer of its picture. */
    public boolean interLayerDependency() {
        return layerIndices >= 0 && (layerIndices & 0x01) != 0;
    }

    /** Spatial layers of the scalability structure, or 0 when the packet brings none. */
    public int spatialLayers() {
        return spatialLayers;
    }

    /** In pixels, or 0 when the packet does not say. */
    public int width(int spatialId) {
        return hasResolutions && spatialId < spatialLayers ? widths[spatialId] : 0;
    }

    public int height(int spatialId) {
        return hasResolutions && spatialId < spatialLayers ? heights[spatialId] : 0;
    }
}
