package dev.parley.benchmarks.clips;

import dev.parley.benchmarks.load.media.EncodedFrame;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.time.SequenceUnwrapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts the packets of one source together to frames. */
final class Frames {
    private Frames() {}

    /**
     * A frame with the time at which it arrived.
     *
     * @param timestamp as sent
     */
    record Recorded(long arrivedNs, int timestamp, EncodedFrame frame) {}

    /**
     * The frames of a source in the order of sending.
     *
     * @param withoutMedia sequence numbers of its packets that carried nothing
     * @throws IOException if a packet is missing, or makes no sense
     */
    static List<Recorded> of(Codec codec, List<RecordedPacket> packets, Set<Integer> withoutMedia) throws IOException {
        NavigableMap<Long, RecordedPacket> inOrder = inOrder(packets, withoutMedia);
        List<Recorded> frames = new ArrayList<>();
        List<RecordedPacket> parts = new ArrayList<>();
        for (RecordedPacket packet : inOrder.values()) {
            if (!parts.isEmpty() && !isSameFrame(parts.getFirst(), packet)) {
                frames.add(frame(
                        codec, parts, packet.timestamp() != parts.getFirst().timestamp()));
                parts = new ArrayList<>();
            }
            parts.add(packet);
        }
        // The last may have more to come.
        return frames;
    }

    private static boolean isSameFrame(RecordedPacket one, RecordedPacket other) {
        return one.timestamp() == other.timestamp() && one.spatialId() == other.spatialId();
    }

    private static NavigableMap<Long, RecordedPacket> inOrder(List<RecordedPacket> packets, Set<Integer> withoutMedia)
            throws IOException {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        NavigableMap<Long, RecordedPacket> inOrder = new TreeMap<>();
        packets.stream()
                .sorted(Comparator.comparingLong(RecordedPacket::arrivedNs))
                .forEach(packet -> inOrder.put(unwrapper.unwrap(packet.sequenceNumber()), packet));
        if (inOrder.isEmpty()) {
            throw new IOException("nothing was recorded");
        }
        TreeSet<Integer> missing = new TreeSet<>();
        for (long number = inOrder.firstKey(); number < inOrder.lastKey(); number++) {
            int sent = (int) (number & 0xFFFF);
            if (!inOrder.containsKey(number) && !withoutMedia.contains(sent)) {
                missing.add(sent);
            }
        }
        if (!missing.isEmpty()) {
            throw new IOException("packets were lost on the way into the recording: " + missing);
        }
        return inOrder;
    }

    private static Recorded frame(Codec codec, List<RecordedPacket> parts, boolean lastOfPicture) throws IOException {
        RecordedPacket first = parts.getFirst();
        List<byte[]> payloads = parts.stream().map(RecordedPacket::data).toList();
        boolean keyframe = parts.stream().anyMatch(RecordedPacket::keyframe);
        EncodedFrame frame = new EncodedFrame(
                0,
                keyframe,
                first.spatialId(),
                first.temporalId(),
                !keyframe && first.interPicture(),
                first.interLayer(),
                first.switchingUp(),
                lastOfPicture,
                first.descriptor(),
                Depacketizer.of(codec).frame(payloads));
        return new Recorded(first.arrivedNs(), first.timestamp(), frame);
    }
}
