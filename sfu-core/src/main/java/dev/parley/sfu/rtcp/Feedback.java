package dev.parley.sfu.rtcp;

/** The layout that all feedback packets share (RFC 4585 §6.1). */
final class Feedback {
    /** Bytes before the feedback control information. */
    static final int HEADER_LENGTH = 12;

    private Feedback() {}

    /** Whether the current packet is of this kind, and long enough for its two SSRCs. */
    static boolean is(RtcpReader reader, RtcpKind kind) {
        return reader.kind() == kind && reader.length() >= HEADER_LENGTH;
    }

    static int mediaSsrc(RtcpReader reader) {
        return reader.packet().i32(reader.offset() + 8);
    }
}
