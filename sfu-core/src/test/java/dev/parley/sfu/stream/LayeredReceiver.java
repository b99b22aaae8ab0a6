package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.DependencyDescriptor;
import dev.parley.sfu.rtp.DependencyStructure;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Holds what a subscriber has received of layers against what the encoder meant. */
final class LayeredReceiver {
    private static final long REPAIRED_WITHIN_NS = 250_000_000L;

    private final PacketPool pool = PacketPool.bounded(2);
    private final Codec codec;
    private final Map<Integer, LayeredEncoder.Frame> encoded = new HashMap<>();
    private final TreeMap<Long, Packet> packets = new TreeMap<>();

    /** A packet; without frame it is a filler. */
    @SuppressWarnings("ArrayRecordComponent") // Written once, compared by nobody.
    private record Packet(
            LayeredEncoder.@Nullable Frame frame,
            int index,
            int count,
            boolean marker,
            int timestamp,
            long atNs,
            byte @Nullable [] descriptor,
            int pictureId,
            int tl0PicIdx) {}

    LayeredReceiver(Codec codec) {
        this.codec = codec;
    }

    void encoded(LayeredEncoder.Frame frame) {
        encoded.put(frame.id(), frame);
    }

    void onPacket(long sequence, RtpPacket packet, long nowNs) {
        int offset = packet.payloadOffset();
        if (packet.payloadLength() == 0) {
            packets.put(sequence, new Packet(null, 0, 0, packet.marker(), packet.timestamp(), nowNs, null, -1, -1));
            return;
        }
        int prefix = switch (codec) {
            case VP8 -> 7;
            case VP9 -> vp9(packet).length();
            default -> 1;
        };
        if (packet.packet().u8(offset + prefix) != prefix) {
            throw new AssertionError("the payload is not where it belongs");
        }
        int at = offset + prefix + 1;
        int ddId = LayeredCall.OUT_DD_ID;
        byte[] descriptor = null;
        if (packet.extensionLength(ddId) > 0) {
            descriptor = new byte[packet.extensionLength(ddId)];
            packet.packet().getBytes(packet.extensionOffset(ddId), descriptor, 0, descriptor.length);
        }
        Vp8Descriptor vp8 = new Vp8Descriptor();
        boolean isVp8 = codec == Codec.VP8 && vp8.wrap(packet);
        boolean isVp9 = codec == Codec.VP9;
        packets.put(
                sequence,
                new Packet(
                        encoded.get(packet.packet().i32(at)),
                        packet.packet().u8(at + 4),
                        packet.packet().u8(at + 5),
                        packet.marker(),
                        packet.timestamp(),
                        nowNs,
                        descriptor,
                        isVp8 ? vp8.pictureId() : isVp9 ? vp9(packet).pictureId() : -1,
                        isVp8 ? vp8.tl0PicIdx() : isVp9 ? vp9(packet).tl0PicIdx() : -1));
    }

    private static Vp9Descriptor vp9(RtpPacket packet) {
        Vp9Descriptor vp9 = new Vp9Descriptor();
        if (!vp9.wrap(packet)) {
            throw new AssertionError("no VP9");
        }
        return vp9;
    }

    long missing() {
        return packets.lastKey() - packets.firstKey() + 1 - packets.size();
    }

    int highest(long sinceNs, ToIntFunction<LayeredEncoder.Frame> layer) {
        int highest = -1;
        for (Packet packet : packets.values()) {
            if (packet.atNs() >= sinceNs && packet.frame() != null) {
                highest = Math.max(highest, layer.applyAsInt(packet.frame()));
            }
        }
        return highest;
    }

    int pictures() {
        Set<Integer> seen = new HashSet<>();
        packets.values().stream()
                .filter(packet -> packet.frame() != null && packet.marker())
                .forEach(packet -> seen.add(packet.timestamp()));
        return seen.size();
    }

    /** Everything that a decoder, or the receiver before it, would stumble over. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        checkNumbers(complaints);
        checkFrames(complaints);
        checkMarkers(complaints);
        if (codec == Codec.AV1 || codec == Codec.VP9) {
            checkDescriptors(complaints);
        }
        if (codec == Codec.VP8) {
            checkPictureIds(complaints);
        }
        return complaints;
    }

    /** Nothing is missing for good, but shortly before a keyframe: nobody repairs then what was lost. */
    private void checkNumbers(List<String> complaints) {
        long expected = packets.firstKey();
        for (Map.Entry<Long, Packet> entry : packets.entrySet()) {
            if (entry.getKey() != expected && !precedesKeyframe(entry)) {
                complaints.add("missing for good: " + (entry.getKey() - expected) + " before " + entry);
            }
            expected = entry.getKey() + 1;
        }
    }

    /** Whether a keyframe begins here or before what was lost could have been repaired. */
    private boolean precedesKeyframe(Map.Entry<Long, Packet> entry) {
        long untilNs = entry.getValue().atNs() + REPAIRED_WITHIN_NS;
        for (Packet packet : packets.tailMap(entry.getKey()).values()) {
            if (packet.atNs() > untilNs) {
                return false;
            }
            if (begins(packet)) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(Packet packet) {
        LayeredEncoder.Frame frame = packet.frame();
        return frame != null && frame.keyframe() && frame.spatialId() == 0 && packet.index() == 0;
    }

    /** Frames are whole, and what they refer to has come before them. */
    private void checkFrames(List<String> complaints) {
        Set<Integer> whole = new HashSet<>();
        int next = 0;
        LayeredEncoder.Frame open = null;
        for (Map.Entry<Long, Packet> entry : packets.entrySet()) {
            Packet packet = entry.getValue();
            LayeredEncoder.Frame frame = packet.frame();
            if (frame == null) {
                continue;
            }
            boolean follows = open == null ? packet.index() == 0 : frame.id() == open.id() && packet.index() == next;
            if (!follows && !begins(packet) && !precedesKeyframe(entry)) {
                complaints.add("a frame is broken at " + entry);
            }
            next = packet.index() + 1;
            open = next == packet.count() ? null : frame;
            if (open == null && (frame.keyframe() || !whole.isEmpty())) {
                for (int reference : frame.references()) {
                    if (!whole.contains(reference) && !precedesKeyframe(entry)) {
                        complaints.add("frame " + frame + " refers to " + reference + ", which was not sent");
                    }
                }
                whole.add(frame.id());
            } else if (open == null) {
                complaints.add("does not begin with a keyframe: " + frame);
            }
        }
    }

    /** Every picture ends with a marker, and has no other. */
    private void checkMarkers(List<String> complaints) {
        Packet before = null;
        for (Map.Entry<Long, Packet> entry : packets.entrySet()) {
            Packet packet = entry.getValue();
            if (packet.frame() == null) {
                continue;
            }
            boolean ends = before != null && before.timestamp() != packet.timestamp();
            if (before != null && before.marker() != ends && !(ends && precedesKeyframe(entry))) {
                complaints.add(
                        (before.marker() ? "a marker within" : "no marker at the end of") + " picture " + before);
            }
            before = packet;
        }
    }

    private void checkPictureIds(List<String> complaints) {
        Packet before = null;
        for (Packet packet : packets.values()) {
            if (packet.frame() == null) {
                continue;
            }
            if (before != null) {
                int step = packet.timestamp() == before.timestamp() ? 0 : 1;
                boolean base = packet.frame().temporalId() == 0 && step == 1;
                if (packet.pictureId() != (before.pictureId() + step & 0x7FFF)) {
                    complaints.add("the picture id jumps from " + before + " to " + packet);
                }
                if (packet.tl0PicIdx() != (before.tl0PicIdx() + (base ? 1 : 0) & 0xFF)) {
                    complaints.add("TL0PICIDX jumps from " + before + " to " + packet);
                }
            }
            before = packet;
        }
    }

    /** A descriptor refers to the frames that were meant, and tells the decode targets that come. */
    private void checkDescriptors(List<String> complaints) {
        DependencyDescriptor descriptor = new DependencyDescriptor();
        DependencyStructure structure = null;
        Map<Integer, Integer> numbers = new HashMap<>();
        int active = 0;
        for (Packet packet : packets.values()) {
            LayeredEncoder.Frame frame = packet.frame();
            if (frame == null || packet.descriptor() == null) {
                continue;
            }
            byte[] bytes = packet.descriptor();
            PacketBuffer buffer = dev.parley.sfu.rtp.Packets.of(bytes, pool);
            boolean read = descriptor.wrap(buffer, 0, bytes.length, structure) && descriptor.isFrameKnown();
            buffer.release();
            if (!read) {
                complaints.add("the descriptor cannot be read: " + packet);
                continue;
            }
            if (descriptor.hasStructure()) {
                structure = new DependencyStructure();
                structure.copyFrom(descriptor.attachedStructure());
            }
            if (descriptor.hasActiveDecodeTargets()) {
                active = descriptor.activeDecodeTargets();
            }
            numbers.put(frame.id(), descriptor.frameNumber());
            checkDescriptor(complaints, descriptor, packet, frame, numbers, active);
        }
    }

    private static void checkDescriptor(
            List<String> complaints,
            DependencyDescriptor descriptor,
            Packet packet,
            LayeredEncoder.Frame frame,
            Map<Integer, Integer> numbers,
            int active) {
        if (descriptor.spatialId() != frame.spatialId()
                || descriptor.temporalId() != frame.temporalId()
                || descriptor.startOfFrame() != (packet.index() == 0)
                || descriptor.endOfFrame() != (packet.index() == packet.count() - 1)
                || descriptor.fdiffCount() != frame.references().size()) {
            complaints.add("the descriptor says something else than the frame: " + packet);
            return;
        }
        for (int i = 0; i < descriptor.fdiffCount(); i++) {
            int number = descriptor.frameNumber() - descriptor.fdiff(i) & 0xFFFF;
            if (!Integer.valueOf(number).equals(numbers.get(frame.references().get(i)))) {
                complaints.add("the descriptor refers to the wrong frame: " + packet);
            }
        }
        boolean presentInActive = false;
        for (int target = 0; target < descriptor.structure().decodeTargetCount(); target++) {
            presentInActive |=
                    (active >>> target & 1) != 0 && descriptor.dti(target) != DependencyDescriptor.NOT_PRESENT;
        }
        if (!presentInActive) {
            complaints.add("a frame of no decode target that is said to be active: " + packet);
        }
        for (int chain = 0; chain < descriptor.structure().chainCount(); chain++) {
            if (descriptor.chainFdiff(chain) != frame.chainDistances().getOrDefault(chain, -1)) {
                complaints.add("chains have changed: " + packet);
            }
        }
    }
}
