package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;

/** Fills outgoing packets as an {@link EgressStream} does, for tests of those who take them. */
public final class OutgoingPackets {
    private OutgoingPackets() {}

    /** A fixed header, and as payload a part of {@code source}. */
    public static void fill(
            OutgoingPacket packet,
            int ssrc,
            int sequenceNumber,
            PacketBuffer source,
            int sourceOffset,
            int length,
            boolean paddable) {
        RtpHeaderWriter.writeFixed(packet.head(), 96, false, sequenceNumber, 0, ssrc);
        packet.stream(ssrc, sequenceNumber);
        packet.header(RtpPacket.FIXED_HEADER_LENGTH, 0);
        packet.payload(0, source, sourceOffset, length);
        packet.paddable(paddable);
    }
}
