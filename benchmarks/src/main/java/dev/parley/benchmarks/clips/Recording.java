package dev.parley.benchmarks.clips;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one track has sent, by SSRC. The shard's thread writes, any thread reads copies. */
final class Recording {
    private final Codec codec;
    private final PacketReader reader = new PacketReader();
    private final RtpPacket rtp = new RtpPacket();
    private final Map<Integer, List<RecordedPacket>> streams = new LinkedHashMap<>();
    /** Sequence numbers of packets without media count too: they are no loss. */
    private final Map<Integer, List<Integer>> empty = new LinkedHashMap<>();

    private int payloadType = -1;
    private int descriptorId;

    Recording(Codec codec) {
        this.codec = codec;
    }

    /** Says what the packets look like. */
    synchronized void negotiated(int newPayloadType, int newDescriptorId) {
        payloadType = newPayloadType;
        descriptorId = newDescriptorId;
    }

    /** Takes a packet in the clear. */
    synchronized void packet(PacketBuffer packet) {
        if (!rtp.wrap(packet) || rtp.payloadType() != payloadType) {
            return;
        }
        rtp.refreshPayload();
        if (rtp.payloadLength() == 0) {
            empty.computeIfAbsent(rtp.ssrc(), _ -> new ArrayList<>()).add(rtp.sequenceNumber());
            return;
        }
        streams.computeIfAbsent(rtp.ssrc(), _ -> new ArrayList<>())
                .add(reader.read(codec, rtp, descriptorId, System.nanoTime()));
    }

    /** The sources heard so far. */
    synchronized Set<Integer> sources() {
        return Set.copyOf(streams.keySet());
    }

    /** The packets of a source, in the order of arrival. */
    synchronized List<RecordedPacket> packets(int ssrc) {
        return List.copyOf(streams.getOrDefault(ssrc, List.of()));
    }

    /** The sequence numbers of packets of a source that had no media. */
    synchronized Set<Integer> withoutMedia(int ssrc) {
        return Set.copyOf(empty.getOrDefault(ssrc, List.of()));
    }
}
