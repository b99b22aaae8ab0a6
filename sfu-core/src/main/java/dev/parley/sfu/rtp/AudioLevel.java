package dev.parley.sfu.rtp;

/** The client-to-mixer audio level (RFC 6464 §3) of a packet. */
public final class AudioLevel {
    /** The level of silence, in -dBov. */
    public static final int SILENCE = 127;

    private AudioLevel() {}

    /** The level in -dBov, 0 (loudest) to 127 (silence), or -1 when the packet does not say. */
    public static int level(RtpPacket rtp, int extensionId) {
        int value = read(rtp, extensionId);
        return value < 0 ? -1 : value & 0x7F;
    }

    /** Whether the encoder believes that the packet holds voice. */
    public static boolean voice(RtpPacket rtp, int extensionId) {
        int value = read(rtp, extensionId);
        return value >= 0 && (value & 0x80) != 0;
    }

    private static int read(RtpPacket rtp, int extensionId) {
        // The two-byte form may pad the element (RFC 6464 §3), so more than one byte is fine.
        return rtp.extensionLength(extensionId) < 1 ? -1 : rtp.packet().u8(rtp.extensionOffset(extensionId));
    }
}
