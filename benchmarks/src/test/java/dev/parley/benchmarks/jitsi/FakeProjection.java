package dev.parley.benchmarks.jitsi;

import dev.parley.sfu.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/** Which encoding of a source an endpoint has at present, and how its packets are numbered on. */
final class FakeProjection {
    static final int NONE = -1;

    private static final int HISTORY = 1_024;

    private int encoding = NONE;
    private int offset;
    private int highest;
    private boolean started;
    private long nextRequestNs = Long.MIN_VALUE;
    private final @Nullable Sent[] sent = new @Nullable Sent[HISTORY];
    private int resent;

    /** A packet that was sent, or should have been. */
    static final class Sent {
        private final int number;
        private final byte[] packet;
        private final int headerLength;

        private Sent(int number, byte[] packet, int headerLength) {
            this.number = number;
            this.packet = packet;
            this.headerLength = headerLength;
        }

        byte[] packet() {
            return packet;
        }

        int headerLength() {
            return headerLength;
        }
    }

    int encoding() {
        return encoding;
    }

    /** A keyframe of this encoding begins with this packet: it goes on behind what was before. */
    void take(int to, int sequence) {
        offset = started ? highest + 1 - sequence : 0;
        highest = started ? highest : sequence - 1;
        encoding = to;
        started = true;
    }

    /** The number that a packet of the encoding at hand goes on with. */
    int number(int sequence) {
        int number = sequence + offset & 0xFFFF;
        if ((short) (number - highest) > 0) {
            highest = number;
        }
        return number;
    }

    /** Whether a keyframe may be asked for, at most five times a second. */
    boolean mayAsk(long nowNs) {
        boolean may = nextRequestNs == Long.MIN_VALUE || nowNs - nextRequestNs >= 0;
        nextRequestNs = may ? nowNs + 200_000_000 : nextRequestNs;
        return may;
    }

    /** Keeps a packet for whoever asks for it again. */
    void keep(RtpPacket rtp, int number) {
        byte[] packet = new byte[rtp.headerLength() + rtp.payloadLength()];
        rtp.packet().getBytes(0, packet, 0, packet.length);
        packet[2] = (byte) (number >>> 8);
        packet[3] = (byte) number;
        sent[number & HISTORY - 1] = new Sent(number, packet, rtp.headerLength());
    }

    /** What was sent under a number, if it is still known. */
    @Nullable
    Sent sent(int number) {
        Sent kept = sent[number & HISTORY - 1];
        return kept != null && kept.number == number ? kept : null;
    }

    int nextResent() {
        return resent++ & 0xFFFF;
    }
}
