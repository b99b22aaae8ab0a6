package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The small header extensions: audio level, absolute send time, transport-wide sequence number. */
final class SmallExtensionsTest {
    private static RtpPacket packet(String elements) {
        RtpPacket rtp = new RtpPacket();
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003" + elements)));
        return rtp;
    }

    /** RFC 6464 §3. */
    @Test
    void readsLevelAndVoice() {
        RtpPacket speaking = packet("BEDE 0001 10 9E 0000");
        assertEquals(30, AudioLevel.level(speaking, 1));
        assertTrue(AudioLevel.voice(speaking, 1));
        RtpPacket silent = packet("BEDE 0001 10 7F 0000");
        assertEquals(AudioLevel.SILENCE, AudioLevel.level(silent, 1));
        assertFalse(AudioLevel.voice(silent, 1));
    }

    @Test
    void saysWhenThereIsNone() {
        RtpPacket rtp = packet("1000 0001 01 00 0000");
        assertEquals(-1, AudioLevel.level(rtp, 1), "an element without data");
        assertFalse(AudioLevel.voice(rtp, 1));
        assertEquals(-1, AudioLevel.level(rtp, 2));
        assertEquals(-1, AbsSendTime.read(rtp, 1));
        assertEquals(-1, TransportSequenceNumber.read(rtp, 1));
    }

    @Test
    void readsSendTimeAndTransportSequenceNumber() {
        RtpPacket rtp = packet("BEDE 0002 22 FFFFFF 31 FFFF 00");
        assertEquals(0xFFFFFF, AbsSendTime.read(rtp, 2));
        assertEquals(0xFFFF, TransportSequenceNumber.read(rtp, 3));
    }

    @Test
    void countsSendTimeInSecondsOfEighteenBits() {
        assertEquals(0, AbsSendTime.fromNs(0));
        assertEquals(1 << 18, AbsSendTime.fromNs(1_000_000_000));
        assertEquals(1 << 17, AbsSendTime.fromNs(64_500_000_000L), "it wraps every 64 s");
        assertEquals(0x3F << 18, AbsSendTime.fromNs(-1_000_000_000));
        long late = Long.MAX_VALUE / 2;
        assertEquals(1 << 18, AbsSendTime.fromNs(late + 1_000_000_000) - AbsSendTime.fromNs(late) & 0xFFFFFF);
    }

    @Test
    void measuresSendTimesAcrossTheWrap() {
        int before = AbsSendTime.fromNs(63_500_000_000L);
        int after = AbsSendTime.fromNs(64_500_000_000L);
        assertEquals(1_000_000_000, AbsSendTime.differenceNs(after, before));
        assertEquals(-1_000_000_000, AbsSendTime.differenceNs(before, after));
    }

    /** RFC 4588 §4. */
    @Test
    void readsTheOriginalsSequenceNumberOfARetransmission() {
        assertEquals(0xFFFF, RtxPayload.originalSequenceNumber(Packets.withPayload("FFFF")));
        assertEquals(-1, RtxPayload.originalSequenceNumber(Packets.withPayload("FF")));
        assertEquals(-1, RtxPayload.originalSequenceNumber(Packets.withPayload("")));
    }
}
