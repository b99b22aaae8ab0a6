package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Arrays;

/**
 * What a publisher says that it sends, and at what rates: the video-layers-allocation header extension of libwebrtc
 * (version 00). Reused by the shard's thread.
 *
 * <p>Spatial layers of all RTP streams of the section are in it, in the order of stream, then layer; those that the
 * publisher does not send are left out. Sizes and frame rates are optional.
 */
public final class VideoLayersAllocation {
    public static final int MAX_STREAMS = 4;
    public static final int MAX_SPATIAL_LAYERS = 4;
    public static final int MAX_TEMPORAL_LAYERS = 4;

    private static final int LAYERS = MAX_STREAMS * MAX_SPATIAL_LAYERS;

    private final int[] temporalCounts = new int[LAYERS];
    private final int[] bitratesKbps = new int[LAYERS * MAX_TEMPORAL_LAYERS];
    private final int[] widths = new int[LAYERS];
    private final int[] heights = new int[LAYERS];
    private final int[] frameRates = new int[LAYERS];
    private int rtpStream;
    private int streamCount;
    private int at;
    private int end;
    private boolean sound;

    /** Reads the extension of a packet; false when it has none, or a malformed one. */
    public boolean wrap(RtpPacket rtp, int extensionId) {
        int length = extensionId == 0 ? -1 : rtp.extensionLength(extensionId);
        return length > 0 && wrap(rtp.packet(), rtp.extensionOffset(extensionId), length);
    }

    public boolean wrap(PacketBuffer packet, int offset, int length) {
        clear();
        at = offset;
        end = offset + length;
        sound = true;
        int head = u8(packet);
        if (head == 0 && length == 1) {
            return true; // Nothing is sent at all.
        }
        rtpStream = head >>> 6;
        streamCount = (head >>> 4 & 0x03) + 1;
        readMasks(packet, head & 0x0F);
        readTemporalCounts(packet);
        readBitrates(packet);
        if (sound && at < end) {
            readSizes(packet);
        }
        if (!sound) {
            clear();
        }
        return sound;
    }

    private void clear() {
        Arrays.fill(temporalCounts, 0);
        Arrays.fill(widths, 0);
        Arrays.fill(heights, 0);
        Arrays.fill(frameRates, 0);
        rtpStream = 0;
        streamCount = 0;
    }

    /** Which layers are active: one mask for all streams, or with that 0 one of four bits a stream. */
    private void readMasks(PacketBuffer packet, int shared) {
        int pair = 0;
        for (int stream = 0; stream < streamCount; stream++) {
            int mask = shared;
            if (shared == 0) {
                pair = stream % 2 == 0 ? u8(packet) : pair << 4;
                mask = pair >>> 4 & 0x0F;
            }
            for (int layer = 0; layer < MAX_SPATIAL_LAYERS; layer++) {
                temporalCounts[index(stream, layer)] = mask >>> layer & 1;
            }
        }
    }

    /** Two bits an active layer: temporal layers less one. */
    private void readTemporalCounts(PacketBuffer packet) {
        int seen = 0;
        int four = 0;
        for (int i = 0; i < LAYERS; i++) {
            if (temporalCounts[i] != 0) {
                four = seen % 4 == 0 ? u8(packet) : four << 2;
                temporalCounts[i] = (four >>> 6 & 0x03) + 1;
                seen++;
            }
        }
    }

    private void readBitrates(PacketBuffer packet) {
        for (int i = 0; i < LAYERS; i++) {
            for (int temporal = 0; temporal < temporalCounts[i]; temporal++) {
                bitratesKbps[i * MAX_TEMPORAL_LAYERS + temporal] = leb128(packet);
            }
        }
    }

    private void readSizes(PacketBuffer packet) {
        for (int i = 0; i < LAYERS; i++) {
            if (temporalCounts[i] != 0) {
                widths[i] = (u8(packet) << 8 | u8(packet)) + 1;
                heights[i] = (u8(packet) << 8 | u8(packet)) + 1;
                frameRates[i] = u8(packet);
            }
        }
    }

    private int leb128(PacketBuffer packet) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = u8(packet);
            value |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        sound = false;
        return 0;
    }

    private int u8(PacketBuffer packet) {
        if (at >= end) {
            sound = false;
            return 0;
        }
        return packet.u8(at++);
    }

    /** Which of the section's streams the packet is of, in the order of its rids. */
    public int rtpStream() {
        return rtpStream;
    }

    /** 0 when nothing is sent at all. */
    public int streamCount() {
        return streamCount;
    }

    /** Whether the publisher sends this layer. */
    public boolean isActive(int stream, int spatialId) {
        return temporalLayers(stream, spatialId) > 0;
    }

    /** 0 for a layer that is not sent. */
    public int temporalLayers(int stream, int spatialId) {
        return temporalCounts[index(stream, spatialId)];
    }

    /** What the layer, with those temporal layers of it up to {@code temporalId}, may take, in kbit/s. */
    public int bitrateKbps(int stream, int spatialId, int temporalId) {
        int i = index(stream, spatialId);
        return temporalId < temporalCounts[i] ? bitratesKbps[i * MAX_TEMPORAL_LAYERS + temporalId] : 0;
    }

    /** In pixels, 0 when it does not say. */
    public int width(int stream, int spatialId) {
        return widths[index(stream, spatialId)];
    }

    public int height(int stream, int spatialId) {
        return heights[index(stream, spatialId)];
    }

    /** Frames a second at most, 0 when it does not say. */
    public int frameRate(int stream, int spatialId) {
        return frameRates[index(stream, spatialId)];
    }

    private static int index(int stream, int spatialId) {
        return stream * MAX_SPATIAL_LAYERS + spatialId;
    }
}
