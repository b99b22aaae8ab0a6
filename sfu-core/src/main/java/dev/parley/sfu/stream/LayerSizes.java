package dev.parley.sfu.stream;

import dev.parley.sfu.layers.FrameLayers;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.VideoLayersAllocation;
import dev.parley.sfu.rtp.Vp8Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * How large the pictures of a stream are: as the publisher tells in its allocation of layers, or as VP8's keyframes say
 * where no dependency descriptor hides the payload. Owned by the shard.
 */
final class LayerSizes {
    private static final int UNKNOWN = -1;
    /** RFC 6386 §9.1: three bytes of frame tag, three of start code, then width and height with two bits of scale each. */
    private static final int VP8_WIDTH = 6;

    private static final int VP8_START_CODE_AT = 3;
    private static final int VP8_START_CODE = 0x9D012A;

    private static final int VP8_HEADER = 10;
    private static final int SIZE_MASK = 0x3FFF;

    private final int[] widths = new int[VideoLayersAllocation.MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[VideoLayersAllocation.MAX_SPATIAL_LAYERS];
    private final int[] bitratesKbps = new int[VideoLayersAllocation.MAX_SPATIAL_LAYERS];
    private int rtpStream = UNKNOWN;

    void see(RtpPacket packet, FrameLayers frame, @Nullable Vp8Descriptor vp8) {
        if (vp8 == null || !vp8.keyframeStart() || frame.hasFrameNumber() || rtpStream != UNKNOWN) {
            return;
        }
        int at = packet.payloadOffset() + vp8.length();
        boolean whole = packet.payloadLength() >= vp8.length() + VP8_HEADER;
        // Without it the payload is something else, such as encrypted end to end.
        if (whole && packet.packet().u24(at + VP8_START_CODE_AT) == VP8_START_CODE) {
            widths[0] = u16LittleEndian(packet, at + VP8_WIDTH) & SIZE_MASK;
            heights[0] = u16LittleEndian(packet, at + VP8_WIDTH + 2) & SIZE_MASK;
        }
    }

    private static int u16LittleEndian(RtpPacket packet, int at) {
        return packet.packet().u8(at) | packet.packet().u8(at + 1) << 8;
    }

    /** Takes what the publisher says of the stream in one of its packets. */
    void allocated(VideoLayersAllocation allocation) {
        rtpStream = allocation.rtpStream();
        for (int layer = 0; layer < widths.length; layer++) {
            int temporalLayers = allocation.temporalLayers(rtpStream, layer);
            if (temporalLayers > 0) {
                bitratesKbps[layer] = allocation.bitrateKbps(rtpStream, layer, temporalLayers - 1);
            }
            if (allocation.width(rtpStream, layer) > 0) {
                widths[layer] = allocation.width(rtpStream, layer);
                heights[layer] = allocation.height(rtpStream, layer);
            }
        }
    }

    /** The stream's place among those of its section, -1 while the publisher has not told. */
    int rtpStream() {
        return rtpStream;
    }

    /** What the publisher last meant to spend on it, in bits per second; 0 when it has not told. */
    long bitrateBps(int spatialId) {
        return spatialId < bitratesKbps.length ? bitratesKbps[spatialId] * 1_000L : 0;
    }

    /** In pixels, 0 when it is not known. */
    int width(int spatialId) {
        return spatialId < widths.length ? widths[spatialId] : 0;
    }

    int height(int spatialId) {
        return spatialId < heights.length ? heights[spatialId] : 0;
    }
}
