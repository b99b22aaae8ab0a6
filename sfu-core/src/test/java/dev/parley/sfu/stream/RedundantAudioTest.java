package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redundant audio on its way to receivers with and without it, and through a lossy uplink. */
final class RedundantAudioTest {
    private static final long MS = 1_000_000L;
    private static final int PUBLISHER_SSRC = 0xA;
    private static final int RED_PT = 63;
    private static final int OPUS_PT = 111;
    private static final int FRAME = 960;

    private static final PayloadFormat RED = format(RED_PT, -1, Codec.RED, "111/111");
    private static final PayloadFormat OPUS = format(OPUS_PT, -1, Codec.OPUS, "");

    private final PacketPool pool = PacketPool.bounded(256);
    private final DropCounters drops = new DropCounters();
    private final Receiver withRed = new Receiver(
            new PayloadTypes(List.of(format(96, 97, Codec.OPUS, ""), format(9, -1, Codec.RED, "111/111"))));
    private final Receiver plain = new Receiver(new PayloadTypes(List.of(format(109, 110, Codec.OPUS, ""))));
    private final Receiver withOtherBlocks =
            new Receiver(new PayloadTypes(List.of(format(96, 97, Codec.OPUS, ""), format(63, -1, Codec.RED, "96/96"))));
    private final IngressTrack track = new IngressTrack(false);
    private final IngressStream source = new IngressStream(
            new IngressSettings(
                    PUBLISHER_SSRC, false, null, false, new PayloadTypes(List.of(OPUS, RED)), RtpExtensionMap.EMPTY),
            new PublisherClock(),
            new DirectRouter(withRed.slot, plain.slot, withOtherBlocks.slot));
    private long nowNs = 1_000 * MS;

    RedundantAudioTest() {
        track.add(source);
        for (Receiver receiver : List.of(withRed, plain, withOtherBlocks)) {
            receiver.slot.source(track, nowNs);
        }
    }

    @AfterEach
    void everyPacketIsBackInThePool() {
        track.forgetPackets();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void receiverWithRedundancyGetsItAsItIs() {
        red(1);
        red(2);
        assertEquals(9, withRed.sent.get(1).payloadType());
        assertArrayEquals(redPayload(2), withRed.sent.get(1).payload());
    }

    @Test
    void receiverWithoutItGetsThePrimaryBlock() {
        red(1);
        red(2);
        assertEquals(109, plain.sent.get(1).payloadType());
        assertArrayEquals(opus(2), plain.sent.get(1).payload());
        assertEquals(FRAME, plain.sent.get(1).timestamp() - plain.sent.get(0).timestamp());
        assertEquals(1, plain.sent.get(1).sequence() - plain.sent.get(0).sequence());
        assertEquals(2L * opus(1).length, plain.slot.octetsSent());
    }

    @Test
    void receiverWhoseBlocksHaveOtherNumbersGetsThePrimaryBlock() {
        red(1);
        assertEquals(96, withOtherBlocks.sent.getFirst().payloadType());
        assertArrayEquals(opus(1), withOtherBlocks.sent.getFirst().payload());
    }

    @Test
    void plainPacketsGoAsTheyAreToEverybody() {
        plain(1);
        red(2);
        plain(3);
        for (Receiver receiver : List.of(withRed, plain, withOtherBlocks)) {
            assertArrayEquals(opus(1), receiver.sent.get(0).payload());
            assertArrayEquals(opus(3), receiver.sent.get(2).payload());
        }
        assertEquals(List.of(96, 9, 96), withRed.payloadTypes());
        assertEquals(List.of(109, 109, 109), plain.payloadTypes());
    }

    @Test
    void retransmissionHoldsWhatThePacketHeld() {
        red(1);
        red(2);
        plain(3);
        plain.nack(plain.sent.get(1).sequence());
        plain.nack(plain.sent.get(2).sequence());
        Sent again = plain.sent.get(3);
        assertEquals(110, again.payloadType());
        assertArrayEquals(withNumber(plain.sent.get(1).sequence(), opus(2)), again.payload());
        assertArrayEquals(
                withNumber(plain.sent.get(2).sequence(), opus(3)),
                plain.sent.get(4).payload());
    }

    @Test
    void whatOnlyRepeatsLeavesNoGapWithThoseWithoutRedundancy() {
        red(1);
        receive(packet(RED_PT, 2, new byte[] {(byte) 0xEF, 0x0F, 0, 1, 0x6F, 1}));
        red(3);
        assertEquals(2, plain.sent.size());
        assertEquals(1, plain.sent.get(1).sequence() - plain.sent.get(0).sequence());
        assertEquals(3, withRed.sent.size());
    }

    @Test
    void whatCannotBeReadIsLeftOutAndCounted() {
        red(1);
        receive(packet(RED_PT, 2, new byte[] {(byte) 0xEF, 0x0F, 3, (byte) 0xFF, 0x6F, 1}));
        red(3);
        assertEquals(2, plain.sent.size());
        assertEquals(2, drops.value(DropReason.RTP_MALFORMED), "once for each of the two without redundancy");
    }

    @Test
    void lostPacketIsMadeFromTheRedundancyOfTheNext() {
        red(1);
        red(3);
        red(4);
        assertEquals(4, plain.sent.size());
        assertArrayEquals(opus(2), plain.sent.get(1).payload());
        assertArrayEquals(opus(3), plain.sent.get(2).payload());
        for (int i = 1; i < 4; i++) {
            assertEquals(1, plain.sent.get(i).sequence() - plain.sent.get(i - 1).sequence());
            assertEquals(
                    FRAME, plain.sent.get(i).timestamp() - plain.sent.get(i - 1).timestamp());
        }
        assertEquals(List.of(9, 96, 9, 9), withRed.payloadTypes());
        // RFC 3550 §6.4.1: the publisher is to know that its link has lost it.
        assertEquals(1, source.stats().cumulativeLost());
    }

    @Test
    void packetThatWasMadeAnewIsNotSentTwiceWhenItComesAfterAll() {
        red(1);
        red(3);
        assertEquals(DropReason.RTP_DUPLICATE, offer(packet(RED_PT, 2, redPayload(2))));
        assertEquals(3, plain.sent.size());
    }

    @Test
    void packetThatWasMadeAnewCanBeAskedForAgain() {
        red(1);
        red(3);
        plain.nack(plain.sent.get(1).sequence());
        assertArrayEquals(
                withNumber(plain.sent.get(1).sequence(), opus(2)),
                plain.sent.get(3).payload());
    }

    @Test
    void longerLossIsMadeWholeAsFarAsThereIsRedundancy() {
        red(1);
        red(4);
        assertEquals(3, plain.sent.size());
        assertArrayEquals(opus(3), plain.sent.get(1).payload());
        assertEquals(2, plain.sent.get(1).sequence() - plain.sent.get(0).sequence());
    }

    @Test
    void blockOfAPacketThatHasComeIsNotTakenForALostOne() {
        red(1);
        // What it repeats is the packet before the one that was lost.
        byte[] payload = redPayload(3);
        payload[1] = (byte) (2 * FRAME >> 6);
        payload[2] = (byte) (2 * FRAME << 2 | payload[2] & 3);
        receive(packet(RED_PT, 3, payload));
        assertEquals(2, plain.sent.size());
    }

    @Test
    void nothingIsMadeOfWhatIsNoAudioOfThePublisher() {
        red(1);
        byte[] payload = redPayload(3);
        payload[0] = (byte) (0x80 | 50);
        receive(packet(RED_PT, 3, payload));
        assertEquals(2, plain.sent.size());
    }

    // --- fixtures -------------------------------------------------------------------------------------------------

    private record Sent(int payloadType, int sequence, int timestamp, List<Byte> bytes) {
        byte[] payload() {
            byte[] payload = new byte[bytes.size()];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = bytes.get(i);
            }
            return payload;
        }
    }

    private final class Receiver {
        private static final int SSRC = 0x1111;
        private final List<Sent> sent = new ArrayList<>();
        private final EgressStream slot;

        Receiver(PayloadTypes types) {
            slot = new EgressStream(
                    new EgressSettings("0", false, SSRC, 0x2222, types, RtpExtensionMap.EMPTY),
                    new BestLayerSelector(),
                    new FakeSink(pool, this::record),
                    drops,
                    new Random(1));
        }

        private void record(OutgoingPacket packet) {
            byte[] bytes = FakeSink.bytes(packet);
            RtpPacket rtp = dev.parley.sfu.rtp.Packets.parsed(bytes);
            List<Byte> payload = new ArrayList<>();
            for (int i = rtp.payloadOffset(); i < bytes.length; i++) {
                payload.add(bytes[i]);
            }
            sent.add(new Sent(rtp.payloadType(), rtp.sequenceNumber(), rtp.timestamp(), payload));
        }

        List<Integer> payloadTypes() {
            return sent.stream().map(Sent::payloadType).toList();
        }

        void nack(int sequence) {
            PacketBuffer rtcp = Objects.requireNonNull(pool.acquire());
            RtcpWriter writer = new RtcpWriter();
            writer.begin(rtcp);
            writer.nack(1, SSRC, new int[] {sequence}, 1);
            RtcpReader reader = new RtcpReader();
            Nack nack = new Nack();
            assertTrue(reader.wrap(rtcp) && reader.next() && nack.wrap(reader));
            slot.onNack(nack, nowNs);
            rtcp.release();
        }
    }

    private void red(int sequence) {
        receive(packet(RED_PT, sequence, redPayload(sequence)));
    }

    private void plain(int sequence) {
        receive(packet(OPUS_PT, sequence, opus(sequence)));
    }

    /** What the packet holds, and before it what the packet before held. */
    private static byte[] redPayload(int sequence) {
        byte[] before = opus(sequence - 1);
        byte[] now = opus(sequence);
        byte[] payload = new byte[5 + before.length + now.length];
        payload[0] = (byte) (0x80 | OPUS_PT);
        payload[1] = (byte) (FRAME >> 6);
        payload[2] = (byte) (FRAME << 2);
        payload[3] = (byte) before.length;
        payload[4] = OPUS_PT;
        System.arraycopy(before, 0, payload, 5, before.length);
        System.arraycopy(now, 0, payload, 5 + before.length, now.length);
        return payload;
    }

    private static byte[] opus(int sequence) {
        return new byte[] {0x78, (byte) sequence, 3, 4, 5, 6, 7};
    }

    private static byte[] withNumber(int sequence, byte[] payload) {
        byte[] repeated = new byte[payload.length + 2];
        repeated[0] = (byte) (sequence >> 8);
        repeated[1] = (byte) sequence;
        System.arraycopy(payload, 0, repeated, 2, payload.length);
        return repeated;
    }

    private PacketBuffer packet(int payloadType, int sequence, byte[] payload) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        RtpHeaderWriter.writeFixed(packet, payloadType, false, sequence, sequence * FRAME, PUBLISHER_SSRC);
        packet.putBytes(RtpPacket.FIXED_HEADER_LENGTH, payload, 0, payload.length);
        packet.length(RtpPacket.FIXED_HEADER_LENGTH + payload.length);
        return packet;
    }

    private void receive(PacketBuffer packet) {
        assertNull(offer(packet));
    }

    private @Nullable DropReason offer(PacketBuffer packet) {
        RtpPacket rtp = new RtpPacket();
        assertTrue(rtp.wrap(packet) && rtp.refreshPayload());
        DropReason reason = source.onRtp(rtp, nowNs);
        packet.release();
        nowNs += 20 * MS;
        return reason;
    }

    private static PayloadFormat format(int payloadType, int rtxPayloadType, Codec codec, String fmtp) {
        return PayloadFormat.of(payloadType, rtxPayloadType, codec, 48_000, Map.of("", fmtp));
    }
}
