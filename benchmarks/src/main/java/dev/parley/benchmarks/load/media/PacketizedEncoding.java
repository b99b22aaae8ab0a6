package dev.parley.benchmarks.load.media;

import dev.parley.sfu.rtp.Codec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** An encoding cut into RTP payloads, once for all bots that play it. Immutable; any thread. */
public final class PacketizedEncoding {
    private final Encoding encoding;
    private final MemorySegment payloads;
    private final int[] offsets;
    private final int[] lengths;
    private final int[] sums;
    private final int[] frameOf;
    /** Of each frame, and one more for the end. */
    private final int[] firstPacket;

    private PacketizedEncoding(Encoding encoding, List<List<byte[]>> frames) {
        this.encoding = encoding;
        int count = frames.stream().mapToInt(List::size).sum();
        offsets = new int[count];
        lengths = new int[count];
        sums = new int[count];
        frameOf = new int[count];
        firstPacket = new int[frames.size() + 1];
        long bytes = frames.stream()
                .flatMap(List::stream)
                .mapToLong(payload -> payload.length)
                .sum();
        // As long as there is anybody who reads it.
        payloads = Arena.ofAuto().allocate(bytes, 64);
        CRC32C sum = new CRC32C();
        int packet = 0;
        int at = 0;
        for (int frame = 0; frame < frames.size(); frame++) {
            firstPacket[frame] = packet;
            for (byte[] payload : frames.get(frame)) {
                MemorySegment.copy(payload, 0, payloads, ValueLayout.JAVA_BYTE, at, payload.length);
                sum.reset();
                sum.update(payload);
                offsets[packet] = at;
                lengths[packet] = payload.length;
                sums[packet] = (int) sum.getValue();
                frameOf[packet] = frame;
                at += payload.length;
                packet++;
            }
        }
        firstPacket[frames.size()] = packet;
    }

    static PacketizedEncoding of(Codec codec, Encoding encoding) {
        Packetizer packetizer = Packetizer.of(codec);
        List<List<byte[]>> frames = new ArrayList<>();
        for (EncodedFrame frame : encoding.frames()) {
            frames.add(packetizer.packetize(frame, Packetizer.MAX_PAYLOAD_BYTES));
        }
        return new PacketizedEncoding(encoding, frames);
    }

    public Encoding encoding() {
        return encoding;
    }

    public EncodedFrame frame(int frame) {
        return encoding.frames().get(frame);
    }

    public int frames() {
        return encoding.frames().size();
    }

    public int packets() {
        return offsets.length;
    }

    /** The number of a frame's first packet; for the number of frames, that of packets. */
    public int firstPacket(int frame) {
        return firstPacket[frame];
    }

    public int frameOf(int packet) {
        return frameOf[packet];
    }

    public boolean startsFrame(int packet) {
        return firstPacket[frameOf[packet]] == packet;
    }

    public boolean endsFrame(int packet) {
        return firstPacket[frameOf[packet] + 1] == packet + 1;
    }

    /** Where a packet's payload lies in {@link #payloads()}. */
    public int offset(int packet) {
        return offsets[packet];
    }

    /** Bytes of a packet's payload, without what is written anew for each sender. */
    public int length(int packet) {
        return lengths[packet];
    }

    public MemorySegment payloads() {
        return payloads;
    }

    /** The CRC-32C of a packet's payload. */
    int sum(int packet) {
        return sums[packet];
    }

    /** The first keyframe after a frame, around the clip's end; the frame itself if there is no other. */
    public int keyframeAfter(int frame) {
        for (int i = 1; i <= frames(); i++) {
            int candidate = (frame + i) % frames();
            EncodedFrame next = frame(candidate);
            if (next.keyframe() && next.spatialId() == 0) {
                return candidate;
            }
        }
        return frame;
    }
}
