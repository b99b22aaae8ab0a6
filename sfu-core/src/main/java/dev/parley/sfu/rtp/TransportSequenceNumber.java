package dev.parley.sfu.rtp;

/** The transport-wide sequence number of a packet (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2). */
public final class TransportSequenceNumber {
    private TransportSequenceNumber() {}

    /** 0 to 65,535, or -1 when the packet has none. */
    public static int read(RtpPacket rtp, int extensionId) {
        return rtp.extensionLength(extensionId) < 2 ? -1 : rtp.packet().u16(rtp.extensionOffset(extensionId));
    }
}
