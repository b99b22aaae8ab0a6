package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.simulation.LinkConditions;
import dev.parley.sfu.simulation.SimulatedNetwork;
import dev.parley.sfu.simulation.VirtualClock;
import dev.parley.sfu.stats.DropCounters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Half a minute of video from a publisher through the SFU to a subscriber, on bad networks both ways. */
final class LossyCallScenarioTest {
    private static final long MS = 1_000_000L;
    private static final int SSRC = 0xA;
    private static final int SLOT_SSRC = 0xC;
    private static final int PACKETS_PER_FRAME = 5;
    /** Just before both counters wrap. */
    private static final int FIRST_SEQUENCE = 0xFFFF - 400;

    private final VirtualClock clock = new VirtualClock();
    private final PacketPool pool = PacketPool.bounded(8_192);
    private final Packets packets = new Packets(pool);
    private final RtpPacket view = new RtpPacket();
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final Nack nack = new Nack();
    private final int[] nacks = new int[100];

    private final Map<Integer, byte[]> publisherHistory = new HashMap<>();
    private int publisherRtxSequence;
    private int published;

    private final IngressTrack track = new IngressTrack(true);
    private final IngressStream atSubscriber = new IngressStream(
            new IngressSettings(SLOT_SSRC, true, null, true, Packets.SUBSCRIBER_TYPES, Packets.SUBSCRIBER_EXTENSIONS),
            new PublisherClock(),
            (stream, packet, now) -> received(stream));
    private final Set<Long> receivedSequences = new HashSet<>();
    private long lowest = Long.MAX_VALUE;
    private long highest = Long.MIN_VALUE;

    private final EgressStream slot = new EgressStream(
            new EgressSettings("0", true, SLOT_SSRC, 0xD, Packets.SUBSCRIBER_TYPES, Packets.SUBSCRIBER_EXTENSIONS),
            new BestLayerSelector(),
            new FakeSink(pool, this::transmit),
            new DropCounters(),
            new Random(7));
    private final IngressStream atServer = new IngressStream(
            new IngressSettings(SSRC, true, null, true, Packets.PUBLISHER_TYPES, Packets.PUBLISHER_EXTENSIONS),
            new PublisherClock(),
            new DirectRouter(slot));

    private SimulatedNetwork.Link mediaUp;
    private SimulatedNetwork.Link feedbackDown;
    private SimulatedNetwork.Link mediaDown;
    private SimulatedNetwork.Link feedbackUp;

    LossyCallScenarioTest() {
        SimulatedNetwork network = new SimulatedNetwork(clock, 20_260_101);
        LinkConditions none = LinkConditions.perfect();
        mediaUp = network.link(none, datagram -> onMedia(atServer, datagram, Packets.VP8_RTX_PT));
        feedbackDown = network.link(none, this::retransmitFromPublisher);
        mediaDown = network.link(none, datagram -> onMedia(atSubscriber, datagram, Packets.SUBSCRIBER_VP8_RTX_PT));
        feedbackUp = network.link(none, this::retransmitFromServer);
    }

    @AfterEach
    void everyPacketIsBackInThePool() {
        slot.close();
        track.forgetPackets();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void fivePercentLossEachWayIsRepaired() {
        LinkConditions bad =
                LinkConditions.perfect().withLoss(0.05).withDelayMs(25).withJitterMs(5);
        play(bad, 30);
        assertAlmostAllArrived(0.995);
        assertTrue(slot.packetsRetransmitted() > published * 4 / 100, "repaired " + slot.packetsRetransmitted());
    }

    @Test
    void reorderingAndDuplicatesCauseHardlyAnyRetransmission() {
        LinkConditions bad =
                LinkConditions.perfect().withDelayMs(25).withReordering(0.02, 3).withDuplicates(0.05);
        play(bad, 30);
        assertAlmostAllArrived(1.0);
        assertTrue(slot.packetsRetransmitted() < published * 3 / 100, "repaired " + slot.packetsRetransmitted());
    }

    @Test
    void burstOfTwoHundredMillisecondsIsRepaired() {
        LinkConditions good = LinkConditions.perfect().withDelayMs(25);
        clock.after(5_000 * MS, () -> mediaDown.conditions(good.withLoss(1)));
        clock.after(5_200 * MS, () -> mediaDown.conditions(good));
        play(good, 10);
        assertAlmostAllArrived(1.0);
    }

    private void play(LinkConditions conditions, int seconds) {
        mediaUp.conditions(conditions);
        feedbackDown.conditions(conditions);
        mediaDown.conditions(conditions);
        feedbackUp.conditions(conditions);
        track.add(atServer);
        slot.source(track, clock.nowNs());
        long endNs = clock.nowNs() + seconds * 1_000L * MS;
        publishFrame(0, endNs);
        clock.every(MS, this::feedback);
        clock.advanceTo(endNs + 2_000 * MS);
    }

    private void publishFrame(int frame, long endNs) {
        // A keyframe when the stream starts, and when the server asks; its request is taken to arrive.
        boolean keyframe = frame == 0 || atServer.takeKeyframeRequest(clock.nowNs());
        for (int i = 0; i < PACKETS_PER_FRAME; i++) {
            int sequence = FIRST_SEQUENCE + published++ & 0xFFFF;
            int timestamp = 0xFFFF_0000 + frame * 3_000;
            PacketBuffer packet = packets.vp8(SSRC, sequence, timestamp, frame & 0x7FFF, keyframe && i == 0, 900);
            publisherHistory.put(sequence, packet.toByteArray());
            mediaUp.send(packet);
            packet.release();
        }
        if (clock.nowNs() < endNs) {
            clock.after(33 * MS, () -> publishFrame(frame + 1, endNs));
        }
    }

    private void onMedia(IngressStream stream, byte[] datagram, int rtxPayloadType) {
        PacketBuffer packet = buffer(datagram);
        assertTrue(view.wrap(packet) && view.refreshPayload());
        if (view.payloadType() == rtxPayloadType) {
            stream.onRtx(view, clock.nowNs());
        } else {
            stream.onRtp(view, clock.nowNs());
        }
        packet.release();
    }

    private void transmit(OutgoingPacket packet) {
        mediaDown.send(FakeSink.bytes(packet));
    }

    private void received(IngressStream stream) {
        receivedSequences.add(stream.sequence());
        lowest = Math.min(lowest, stream.sequence());
        highest = Math.max(highest, stream.sequence());
    }

    private void feedback() {
        ask(atServer, SSRC, feedbackDown);
        ask(atSubscriber, SLOT_SSRC, feedbackUp);
    }

    private void ask(IngressStream stream, int ssrc, SimulatedNetwork.Link link) {
        int count = stream.takeNacks(clock.nowNs(), 55 * MS, nacks);
        if (count > 0) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            writer.begin(packet);
            assertEquals(count, writer.nack(1, ssrc, nacks, count));
            link.send(packet);
            packet.release();
        }
    }

    private void retransmitFromPublisher(byte[] datagram) {
        PacketBuffer packet = buffer(datagram);
        assertTrue(reader.wrap(packet) && reader.next() && nack.wrap(reader));
        nack.forEachSequenceNumber(sequence -> {
            byte[] original = Objects.requireNonNull(publisherHistory.get(sequence));
            PacketBuffer rtx = packets.rtx(buffer(original), 0xB, publisherRtxSequence++ & 0xFFFF);
            mediaUp.send(rtx);
            rtx.release();
        });
        packet.release();
    }

    private void retransmitFromServer(byte[] datagram) {
        PacketBuffer packet = buffer(datagram);
        assertTrue(reader.wrap(packet) && reader.next() && nack.wrap(reader));
        slot.onNack(nack, clock.nowNs());
        packet.release();
    }

    private void assertAlmostAllArrived(double share) {
        long expected = highest - lowest + 1;
        assertTrue(expected > published * 0.95, "expected " + expected + " of " + published);
        assertTrue(
                receivedSequences.size() >= (double) expected * share,
                "arrived " + receivedSequences.size() + " of " + expected);
    }

    private PacketBuffer buffer(byte[] datagram) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putBytes(0, datagram, 0, datagram.length);
        packet.length(datagram.length);
        return packet;
    }
}
