package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RedPayload;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/**
 * Makes packets that a publisher's uplink has lost anew from the redundancy of the packet behind them (RFC 2198), as
 * packets of the plain codec. Owned by the shard.
 *
 * <p>Blocks have timestamps and no sequence numbers: the last one is taken for the packet before, and so on. Header
 * extensions are not repeated, so what is restored has none. What was lost before a packet that comes late is left alone.
 */
final class RedundantAudio {
    private final RedPayload blocks = new RedPayload();
    private final RtpPacket restored = new RtpPacket();

    /** How many of the packets before it a packet carries; 0 too where it cannot be read. */
    int count(RtpPacket packet) {
        return blocks.wrap(packet) ? blocks.redundantCount() : 0;
    }

    /**
     * The packet that came {@code back} before the one that {@link #count} has seen, or {@code null} where there is none;
     * a flyweight whose buffer is the caller's to release.
     *
     * @param after the timestamp of the newest packet there is: what is not later than that has not been lost
     */
    @Nullable
    RtpPacket restore(RtpPacket carrier, int back, int after, PayloadTypes types) {
        int block = blocks.redundantCount() - back;
        PayloadFormat format = types.format(blocks.payloadType(block));
        int timestamp = carrier.timestamp() - blocks.timestampOffset(block);
        int length = blocks.length(block);
        boolean fits = timestamp - after > 0 && carrier.timestamp() - timestamp > 0 && length > 0;
        PacketBuffer packet = !fits || format == null || format.codec() != Codec.OPUS
                ? null
                : carrier.packet().another();
        if (packet == null) {
            return null;
        }
        int sequence = carrier.sequenceNumber() - back & 0xFFFF;
        RtpHeaderWriter.writeFixed(packet, blocks.payloadType(block), false, sequence, timestamp, carrier.ssrc());
        packet.length(RtpPacket.FIXED_HEADER_LENGTH + length);
        packet.copyFrom(RtpPacket.FIXED_HEADER_LENGTH, carrier.packet(), blocks.offset(block), length);
        packet.receivedNs(carrier.packet().receivedNs());
        restored.wrap(packet);
        restored.refreshPayload();
        return restored;
    }
}
