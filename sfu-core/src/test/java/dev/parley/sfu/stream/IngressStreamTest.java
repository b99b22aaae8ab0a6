package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IngressStreamTest {
    private static final long MS = 1_000_000L;
    private static final int SSRC = 0x8000_0001;
    private static final int RTX_SSRC = 77;

    private record Delivered(long sequence, int ssrc, int payloadType, boolean marker, boolean keyframe) {}

    private final PacketPool pool = PacketPool.bounded(64);
    private final Packets packets = new Packets(pool);
    private final List<Delivered> delivered = new ArrayList<>();
    private final IngressStream stream = new IngressStream(
            new IngressSettings(SSRC, true, "h", true, Packets.PUBLISHER_TYPES, Packets.PUBLISHER_EXTENSIONS),
            new PublisherClock(),
            this::deliver);
    private long nowNs = 1_000 * MS;

    @AfterEach
    void everyPacketIsBackInThePool() {
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void packetsAreDeliveredOnceWhateverTheirOrder() {
        assertNull(media(10, true));
        assertNull(media(12, false));
        assertNull(media(11, false));
        assertEquals(DropReason.RTP_DUPLICATE, media(12, false));
        assertEquals(List.of(10L, 12L, 11L), sequences());
        // Three were expected and four came: RFC 3550 §6.4.1 lets duplicates make the loss negative.
        assertEquals(-1, stream.stats().cumulativeLost());
    }

    @Test
    void sequenceNumbersAreUnwrapped() {
        media(0xFFFF, false);
        media(0, false);
        media(0xFFFE, false);
        assertEquals(List.of(0xFFFFL, 0x1_0000L, 0xFFFEL), sequences());
    }

    @Test
    void packetsFromTheDistantPastAreDropped() {
        media(10_000, false);
        assertEquals(DropReason.RTP_TOO_OLD, media(10_000 - DuplicateWindow.SIZE, false));
        assertNull(media(10_001 - DuplicateWindow.SIZE, false));
    }

    @Test
    void unknownPayloadTypeIsDropped() {
        PacketBuffer packet = packets.vp8(SSRC, 1, 0, 1, true, 10);
        packet.putU8(1, 50);
        assertEquals(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE, stream.onRtp(packets.view(packet), nowNs));
        packet.putU8(1, Packets.VP8_PT);
        assertEquals(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE, stream.onRtx(packets.view(packet), nowNs));
        packet.release();
    }

    @Test
    void retransmissionIsRestoredToTheOriginal() {
        media(10, true);
        media(12, false);
        PacketBuffer original = packets.vp8(SSRC, 11, 3_000, 11, false, 20);
        byte[] expected = original.toByteArray();
        PacketBuffer rtx = packets.rtx(original, RTX_SSRC, 500);
        RtpPacket view = packets.view(rtx);
        assertNull(stream.onRtx(view, nowNs));
        assertArrayEquals(expected, rtx.toByteArray());
        rtx.release();

        Delivered restored = delivered.get(2);
        assertEquals(11, restored.sequence());
        assertEquals(SSRC, restored.ssrc());
        assertEquals(Packets.VP8_PT, restored.payloadType());
        assertTrue(restored.marker());
        assertEquals(Long.MAX_VALUE, stream.nextDeadlineNs());
        assertEquals(1, stream.nackGenerator().recoveredTotal());
        // The network did lose it, and that is what is reported.
        assertEquals(1, stream.stats().cumulativeLost());
        assertEquals(1, stream.rtxStats().packetsReceived());
    }

    @Test
    void retransmissionOfWhatHasArrivedIsADuplicate() {
        media(10, true);
        PacketBuffer rtx = packets.rtx(packets.vp8(SSRC, 10, 0, 10, true, 20), RTX_SSRC, 1);
        assertEquals(DropReason.RTP_DUPLICATE, stream.onRtx(packets.view(rtx), nowNs));
        rtx.release();
        assertEquals(1, delivered.size());
    }

    @Test
    void retransmissionAheadOfTheStreamIsNotAskedForAgain() {
        media(10, true);
        PacketBuffer rtx = packets.rtx(packets.vp8(SSRC, 12, 0, 12, false, 20), RTX_SSRC, 1);
        assertNull(stream.onRtx(packets.view(rtx), nowNs));
        rtx.release();
        media(13, false);
        int[] out = new int[8];
        assertEquals(1, stream.takeNacks(nowNs, 0, out));
        assertEquals(11, out[0]);
    }

    @Test
    void emptyRetransmissionIsAProbe() {
        media(10, true);
        PacketBuffer probe = packets.padding(RTX_SSRC, 1, 0);
        probe.putU8(1, Packets.VP8_RTX_PT);
        assertNull(stream.onRtx(packets.view(probe), nowNs));
        probe.release();
        assertEquals(1, delivered.size());
    }

    @Test
    void lossIsAskedForAndKeyframesEndTheSearch() {
        media(10, true);
        media(12, false);
        media(13, false);
        int[] out = new int[8];
        assertEquals(1, stream.takeNacks(nowNs, 50 * MS, out));
        assertEquals(11, out[0]);
        media(14, true);
        assertEquals(Long.MAX_VALUE, stream.nextDeadlineNs());
    }

    @Test
    void keyframesAreSeenAndServeWhoAsked() {
        media(9, false);
        stream.requestKeyframe(nowNs);
        assertEquals(nowNs, stream.nextDeadlineNs());
        assertTrue(stream.takeKeyframeRequest(nowNs));
        media(10, true);
        assertEquals(
                List.of(false, true),
                delivered.stream().map(Delivered::keyframe).toList());
        assertFalse(stream.takeKeyframeRequest(nowNs + 60_000 * MS));
    }

    @Test
    void hopelessLossAsksForAKeyframe() {
        media(10, true);
        media(2_500, false);
        assertTrue(stream.takeKeyframeRequest(nowNs));
    }

    @Test
    void audioTellsItsLevelAndIsNeverAskedForKeyframes() {
        List<Integer> levels = new ArrayList<>();
        IngressStream audio = new IngressStream(
                new IngressSettings(5, false, null, false, Packets.PUBLISHER_TYPES, Packets.PUBLISHER_EXTENSIONS),
                new PublisherClock(),
                (source, packet, now) -> levels.add(source.audioLevel()));
        for (int i = 0; i < 3; i++) {
            PacketBuffer packet = packets.opus(5, i * 2, i * 1_920, 30 + i);
            assertNull(audio.onRtp(packets.view(packet), nowNs));
            packet.release();
        }
        assertEquals(List.of(30, 31, 32), levels);
        audio.requestKeyframe(nowNs);
        assertEquals(Long.MAX_VALUE, audio.nextDeadlineNs());
    }

    private @Nullable DropReason media(int sequence, boolean keyframe) {
        PacketBuffer packet = packets.vp8(SSRC, sequence, sequence * 3_000, sequence & 0x7FFF, keyframe, 20);
        DropReason reason = stream.onRtp(packets.view(packet), nowNs);
        packet.release();
        nowNs += MS;
        return reason;
    }

    private List<Long> sequences() {
        return delivered.stream().map(Delivered::sequence).toList();
    }

    private void deliver(IngressStream source, RtpPacket packet, long now) {
        delivered.add(new Delivered(
                source.sequence(), packet.ssrc(), packet.payloadType(), packet.marker(), source.keyframeStart()));
    }
}
