package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;

/** The payload of a retransmission (RFC 4588 §4): the original's sequence number in front of its payload. */
public final class RtxPayload {
    /** Bytes of the original sequence number. */
    public static final int HEADER_LENGTH = 2;

    private RtxPayload() {}

    /** The original's sequence number, or -1 when the packet is too short, as one of padding alone is. */
    public static int originalSequenceNumber(RtpPacket rtx) {
        return rtx.payloadLength() < HEADER_LENGTH ? -1 : rtx.packet().u16(rtx.payloadOffset());
    }

    public static void writeOriginalSequenceNumber(PacketBuffer dst, int payloadOffset, int sequenceNumber) {
        dst.putU16(payloadOffset, sequenceNumber);
    }
}
