package dev.parley.sfu.rtcp;

import dev.parley.sfu.buffer.PacketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Appends RTCP packets to one compound; reused by the shard's thread, allocates nothing.
 *
 * <p>A method that returns false has written nothing, since the compound would outgrow its limit: send it, and begin
 * another. The packet's length grows with each packet written. The text of a goodbye is not written.
 */
public final class RtcpWriter {
    /** Bytes of a compound that leave room for SRTCP, UDP and IPv6 within the smallest path in use. */
    public static final int MAX_COMPOUND_LENGTH = 1_150;

    private static final int VERSION_BITS = 0x80;
    private static final int MAX_REPORTS = 31;

    private @Nullable PacketBuffer target;
    private int limit;
    /** The report that blocks are added to, or -1. */
    private int reportOffset;

    /** Starts a compound of at most {@link #MAX_COMPOUND_LENGTH} bytes in {@code dst}, which it empties. */
    public void begin(PacketBuffer dst) {
        begin(dst, MAX_COMPOUND_LENGTH);
    }

    public void begin(PacketBuffer dst, int maxLength) {
        dst.length(0);
        target = dst;
        limit = Math.min(maxLength, dst.capacity());
        reportOffset = -1;
    }

    /** Bytes written so far. */
    public int length() {
        return target().length();
    }

    public boolean isEmpty() {
        return length() == 0;
    }

    /** Bytes that still fit. */
    public int remaining() {
        return limit - length();
    }

    /** RFC 3550 §6.4.1; {@link #reportBlock} adds to it. */
    public boolean senderReport(int ssrc, long ntpTimestamp, int rtpTimestamp, long packetCount, long octetCount) {
        int at = packet(RtcpKind.TYPE_SR, 0, SenderReport.LENGTH);
        if (at < 0) {
            return false;
        }
        PacketBuffer dst = target();
        dst.putI32(at + 4, ssrc);
        dst.putI64(at + 8, ntpTimestamp);
        dst.putI32(at + 16, rtpTimestamp);
        dst.putU32(at + 20, packetCount);
        dst.putU32(at + 24, octetCount);
        reportOffset = at;
        return true;
    }

    /** RFC 3550 §6.4.2; {@link #reportBlock} adds to it. */
    public boolean receiverReport(int ssrc) {
        int at = packet(RtcpKind.TYPE_RR, 0, ReportBlock.RECEIVER_REPORT_LENGTH);
        if (at < 0) {
            return false;
        }
        target().putI32(at + 4, ssrc);
        reportOffset = at;
        return true;
    }

    /**
     * Adds a block to the report just written. False when that has 31 already, or the compound is full.
     *
     * @param fractionLost in 256ths
     * @param cumulativeLost clamped to 24 bits with sign
     * @param jitter in units of the media timestamp
     * @param delaySinceLastSr in 65,536ths of a second
     */
    public boolean reportBlock(
            int ssrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequence,
            long jitter,
            int lastSr,
            long delaySinceLastSr) {
        PacketBuffer dst = target();
        if (reportOffset < 0) {
            throw new IllegalStateException("a report block needs a report just before it");
        }
        int count = dst.u8(reportOffset) & 0x1F;
        int at = dst.length();
        if (count == MAX_REPORTS || remaining() < ReportBlock.LENGTH) {
            return false;
        }
        dst.length(at + ReportBlock.LENGTH);
        dst.putI32(at, ssrc);
        dst.putU8(at + 4, fractionLost);
        dst.putU24(at + 5, Math.clamp(cumulativeLost, -0x80_0000, 0x7F_FFFF));
        dst.putU32(at + 8, extendedHighestSequence);
        dst.putU32(at + 12, jitter);
        dst.putI32(at + 16, lastSr);
        dst.putU32(at + 20, delaySinceLastSr);
        dst.putU8(reportOffset, VERSION_BITS | count + 1);
        dst.putU16(reportOffset + 2, (dst.length() - reportOffset) / 4 - 1);
        return true;
    }

    /** RFC 3550 §6.5.1: a source's canonical name, of ASCII and at most 255 characters. */
    public boolean sdesCname(int ssrc, String cname) {
        int characters = cname.length();
        if (characters > 255) {
            throw new IllegalArgumentException("a canonical name has at most 255 characters, got " + characters);
        }
        // Header, SSRC, the item, and one to four zeros up to the next word.
        int length = (4 + 4 + 2 + characters & ~3) + 4;
        int at = packet(RtcpKind.TYPE_SDES, 1, length);
        if (at < 0) {
            return false;
        }
        PacketBuffer dst = target();
        dst.putI32(at + length - 4, 0);
        dst.putI32(at + 4, ssrc);
        dst.putU8(at + 8, Sdes.ITEM_CNAME);
        dst.putU8(at + 9, characters);
        for (int i = 0; i < characters; i++) {
            dst.putU8(at + 10 + i, cname.charAt(i));
        }
        return true;
    }

    /** RFC 3550 §6.6. */
    public boolean bye(int ssrc) {
        int at = packet(RtcpKind.TYPE_BYE, 1, 8);
        if (at < 0) {
            return false;
        }
        target().putI32(at + 4, ssrc);
        return true;
    }

    /**
     * RFC 4585 §6.2.1. {@code lost} holds {@code count} sequence numbers in rising order, across a wrap too. Returns how
     * many of them were written, fewer than {@code count} when the compound is full.
     */
    public int nack(int senderSsrc, int mediaSsrc, int[] lost, int count) {
        if (count == 0 || remaining() < Feedback.HEADER_LENGTH + 4) {
            return 0;
        }
        int at = feedback(RtcpKind.TYPE_RTPFB, RtcpKind.FORMAT_NACK, Feedback.HEADER_LENGTH, senderSsrc, mediaSsrc);
        PacketBuffer dst = target();
        int i = 0;
        while (i < count && remaining() >= 4) {
            int first = lost[i++] & 0xFFFF;
            int following = 0;
            while (i < count) {
                int distance = lost[i] - first & 0xFFFF;
                if (distance > 16) {
                    break;
                }
                following |= distance == 0 ? 0 : 1 << distance - 1;
                i++;
            }
            int entry = dst.length();
            dst.length(entry + 4);
            dst.putU16(entry, first);
            dst.putU16(entry + 2, following);
        }
        dst.putU16(at + 2, (dst.length() - at) / 4 - 1);
        return i;
    }

    /** RFC 4585 §6.3.1. */
    public boolean pli(int senderSsrc, int mediaSsrc) {
        return feedback(RtcpKind.TYPE_PSFB, RtcpKind.FORMAT_PLI, Feedback.HEADER_LENGTH, senderSsrc, mediaSsrc) >= 0;
    }

    /** RFC 5104 §4.3.1; the sequence number grows by one with each new request, and stays for a repeated one. */
    public boolean fir(int senderSsrc, int mediaSsrc, int sequenceNumber) {
        int length = Feedback.HEADER_LENGTH + Fir.ENTRY_LENGTH;
        // §4.3.1.2: the source is named by the entry, the field for it in the header is 0.
        int at = feedback(RtcpKind.TYPE_PSFB, RtcpKind.FORMAT_FIR, length, senderSsrc, 0);
        if (at < 0) {
            return false;
        }
        PacketBuffer dst = target();
        dst.putI32(at + 12, mediaSsrc);
        dst.putI32(at + 16, sequenceNumber << 24);
        return true;
    }

    /** draft-alvestrand-rmcat-remb-03 §2.2, for at most 255 sources; the rate is rounded down to 18 bits. */
    public boolean remb(int senderSsrc, long bitrateBps, int[] ssrcs, int count) {
        int at = feedback(RtcpKind.TYPE_PSFB, RtcpKind.FORMAT_APPLICATION, Remb.LENGTH + 4 * count, senderSsrc, 0);
        if (at < 0) {
            return false;
        }
        int exponent = Math.max(0, 64 - 18 - Long.numberOfLeadingZeros(bitrateBps));
        PacketBuffer dst = target();
        dst.putI32(at + 12, Remb.IDENTIFIER);
        dst.putU8(at + 16, count);
        dst.putU24(at + 17, exponent << 18 | (int) (bitrateBps >>> exponent));
        for (int i = 0; i < count; i++) {
            dst.putI32(at + Remb.LENGTH + 4 * i, ssrcs[i]);
        }
        return true;
    }

    /** RFC 3611 §4.4: what a receiver that sends no media asks to be answered with {@link #xrDlrr}. */
    public boolean xrRrtr(int senderSsrc, long ntpTimestamp) {
        int at = packet(RtcpKind.TYPE_XR, 0, Xr.HEADER_LENGTH + Xr.RRTR_LENGTH);
        if (at < 0) {
            return false;
        }
        PacketBuffer dst = target();
        dst.putI32(at + 4, senderSsrc);
        dst.putU8(at + 8, Xr.RECEIVER_REFERENCE_TIME);
        dst.putU8(at + 9, 0);
        dst.putU16(at + 10, 2);
        dst.putI64(at + 12, ntpTimestamp);
        return true;
    }

    /**
     * RFC 3611 §4.5, one entry.
     *
     * @param receiverSsrc who asked
     * @param lastRr the middle 32 bits of the reference time received
     * @param delaySinceLastRr in 65,536ths of a second
     */
    public boolean xrDlrr(int senderSsrc, int receiverSsrc, int lastRr, long delaySinceLastRr) {
        int at = packet(RtcpKind.TYPE_XR, 0, Xr.HEADER_LENGTH + Xr.BLOCK_HEADER_LENGTH + Xr.DLRR_ENTRY_LENGTH);
        if (at < 0) {
            return false;
        }
        PacketBuffer dst = target();
        dst.putI32(at + 4, senderSsrc);
        dst.putU8(at + 8, Xr.DLRR);
        dst.putU8(at + 9, 0);
        dst.putU16(at + 10, 3);
        dst.putI32(at + 12, receiverSsrc);
        dst.putI32(at + 16, lastRr);
        dst.putU32(at + 20, delaySinceLastRr);
        return true;
    }

    /** A feedback packet's header; its place, or -1 when it does not fit. */
    int feedback(int type, int format, int length, int senderSsrc, int mediaSsrc) {
        int at = packet(type, format, length);
        if (at >= 0) {
            target().putI32(at + 4, senderSsrc);
            target().putI32(at + 8, mediaSsrc);
        }
        return at;
    }

    /** A packet's header with room for the whole; its place, or -1 when it does not fit. */
    private int packet(int type, int count, int length) {
        if (remaining() < length) {
            return -1;
        }
        PacketBuffer dst = target();
        int at = dst.length();
        dst.length(at + length);
        dst.putU8(at, VERSION_BITS | count);
        dst.putU8(at + 1, type);
        dst.putU16(at + 2, length / 4 - 1);
        reportOffset = -1;
        return at;
    }

    PacketBuffer target() {
        PacketBuffer dst = target;
        if (dst == null) {
            throw new IllegalStateException("no compound begun");
        }
        return dst;
    }
}
