package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.Layer;
import dev.parley.sfu.layers.LayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.simulation.LinkConditions;
import dev.parley.sfu.simulation.SimulatedNetwork;
import dev.parley.sfu.simulation.VirtualClock;
import dev.parley.sfu.stats.DropCounters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** One layered stream through an {@link IngressStream} and an {@link EgressStream}, over lossy links, on a virtual clock. */
final class LayeredCall implements AutoCloseable {
    private static final long MS = 1_000_000L;
    private static final int PACKETS_PER_FRAME = 3;
    private static final int PT = 45;
    private static final int RTX_PT = 46;
    private static final int OUT_PT = 47;
    private static final int OUT_RTX_PT = 48;
    private static final int DD_ID = 12;
    static final int OUT_DD_ID = 9;
    private static final RtpExtensionMap IN =
            RtpExtensionMap.from(Map.of(RtpExtension.MID, 4, RtpExtension.DEPENDENCY_DESCRIPTOR, DD_ID));
    private static final RtpExtensionMap OUT = RtpExtensionMap.from(Map.of(
            RtpExtension.MID, 1,
            RtpExtension.TRANSPORT_CC, 5,
            RtpExtension.ABS_SEND_TIME, 6,
            RtpExtension.DEPENDENCY_DESCRIPTOR, OUT_DD_ID));

    private final VirtualClock clock = new VirtualClock();
    private final PacketPool pool = PacketPool.bounded(8_192);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtpPacket view = new RtpPacket();
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final Nack nack = new Nack();
    private final int[] nacks = new int[200];
    private final Map<Integer, byte[]> history = new HashMap<>();
    private final Map<Integer, Long> seenFillers = new HashMap<>();
    private final IngressTrack track = new IngressTrack(true);
    private final Wanted wanted = new Wanted();
    private final IngressStream atServer;
    private final IngressStream atSubscriber;
    private final EgressStream slot;
    private final LayeredReceiver receiver;
    private final List<SimulatedNetwork.Link> links;
    private final Codec codec;
    private LayeredEncoder encoder;
    private boolean publishing = true;
    private long stoppedNs;
    private boolean first = true;
    private int sequence = 0xFFFF - 300;
    private int timestamp = 0xFFFF_0000;
    private int rtxSequence;

    /** What the test asks for. */
    private static final class Wanted implements LayerSelector {
        private int spatial = 7;
        private int temporal = 7;

        @Override
        public int select(List<? extends Layer> layers, int current, long nowNs) {
            return layers.isEmpty() ? NONE : 0;
        }

        @Override
        public int maxSpatialId() {
            return spatial;
        }

        @Override
        public int maxTemporalId() {
            return temporal;
        }
    }

    LayeredCall(long seed, LayeredEncoder encoder, Codec codec) {
        this.encoder = encoder;
        this.codec = codec;
        receiver = new LayeredReceiver(codec);
        slot = new EgressStream(
                new EgressSettings("0", true, 0xC, 0xD, types(OUT_PT, OUT_RTX_PT), OUT),
                wanted,
                new FakeSink(pool, this::transmit),
                new DropCounters(),
                new Random(7));
        atServer = new IngressStream(
                new IngressSettings(0xA, true, null, true, types(PT, RTX_PT), IN),
                new PublisherClock(),
                new DirectRouter(slot));
        atSubscriber = new IngressStream(
                new IngressSettings(0xC, true, null, true, types(OUT_PT, OUT_RTX_PT), OUT),
                new PublisherClock(),
                (stream, packet, now) -> receiver.onPacket(stream.sequence(), packet, now));
        SimulatedNetwork network = new SimulatedNetwork(clock, seed);
        LinkConditions calm = LinkConditions.perfect().withDelayMs(15);
        links = List.of(
                network.link(calm, datagram -> onMedia(atServer, datagram, RTX_PT)),
                network.link(calm, this::retransmitFromPublisher),
                network.link(calm, datagram -> onMedia(atSubscriber, datagram, OUT_RTX_PT)),
                network.link(calm, this::retransmitFromServer));
    }

    private PayloadTypes types(int payloadType, int rtx) {
        return new PayloadTypes(List.of(PayloadFormat.of(payloadType, rtx, codec, 90_000, Map.of())));
    }

    void loss(double share) {
        links.forEach(link -> link.conditions(
                LinkConditions.perfect().withDelayMs(15).withJitterMs(3).withLoss(share)));
    }

    void start() {
        publish();
        subscribe();
    }

    void publish() {
        track.add(atServer);
        tick();
        clock.every(5 * MS, this::feedback);
    }

    void subscribe() {
        slot.source(track, clock.nowNs());
    }

    void want(int spatial, int temporal) {
        wanted.spatial = spatial;
        wanted.temporal = temporal;
    }

    void encoder(LayeredEncoder next) {
        encoder = next;
        first = true;
    }

    void runMs(long ms) {
        clock.advanceTo(clock.nowNs() + ms * MS);
    }

    /** Lets what is under way arrive. */
    void stop() {
        publishing = false;
        stoppedNs = clock.nowNs();
        links.forEach(link -> link.conditions(LinkConditions.perfect().withDelayMs(15)));
        runMs(1_500);
    }

    private void tick() {
        if (!publishing) {
            return;
        }
        boolean keyframe = first || atServer.takeKeyframeRequest(clock.nowNs());
        first = false;
        for (LayeredEncoder.Frame frame : encoder.encode(keyframe)) {
            receiver.encoded(frame);
            for (int i = 0; i < PACKETS_PER_FRAME; i++) {
                send(frame, i);
            }
        }
        timestamp += 3_000;
        clock.after(33 * MS, this::tick);
    }

    private void send(LayeredEncoder.Frame frame, int index) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        boolean end = index == PACKETS_PER_FRAME - 1;
        int number = sequence++ & 0xFFFF;
        header.begin(packet, PT, end && frame.lastOfPicture(), number, timestamp, 0xA);
        byte[] descriptor = encoder.descriptor(frame, index == 0, end);
        if (descriptor != null) {
            header.extensionBytes(DD_ID, descriptor);
        }
        int at = header.finish();
        byte[] payload = encoder.payload(frame, index, PACKETS_PER_FRAME, 200);
        packet.putBytes(at, payload, 0, payload.length);
        packet.length(at + payload.length);
        history.put(number, packet.toByteArray());
        links.get(0).send(packet);
        packet.release();
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
        if (packet.restLength() + packet.prefixLength() == 0) {
            seenFillers.put(packet.sequenceNumber(), clock.nowNs());
        }
        links.get(2).send(FakeSink.bytes(packet));
    }

    private void feedback() {
        ask(atServer, 0xA, links.get(1));
        ask(atSubscriber, 0xC, links.get(3));
    }

    private void ask(IngressStream stream, int ssrc, SimulatedNetwork.Link link) {
        int count = stream.takeNacks(clock.nowNs(), 35 * MS, nacks);
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
        nack.forEachSequenceNumber(number -> {
            PacketBuffer original = buffer(Objects.requireNonNull(history.get(number)));
            RtpPacket source = new RtpPacket();
            assertTrue(source.wrap(original));
            PacketBuffer rtx = Objects.requireNonNull(pool.acquire());
            int headerLength = source.headerLength();
            rtx.copyFrom(0, original, 0, headerLength);
            RtxPayload.writeOriginalSequenceNumber(rtx, headerLength, number);
            rtx.copyFrom(headerLength + 2, original, headerLength, original.length() - headerLength);
            rtx.length(original.length() + 2);
            rtx.putU8(1, source.marker() ? 0x80 | RTX_PT : RTX_PT);
            rtx.putU16(2, rtxSequence++ & 0xFFFF);
            rtx.putI32(8, 0xB);
            links.get(0).send(rtx);
            rtx.release();
            original.release();
        });
        packet.release();
    }

    private void retransmitFromServer(byte[] datagram) {
        PacketBuffer packet = buffer(datagram);
        assertTrue(reader.wrap(packet) && reader.next() && nack.wrap(reader));
        slot.onNack(nack, clock.nowNs());
        packet.release();
    }

    private PacketBuffer buffer(byte[] datagram) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putBytes(0, datagram, 0, datagram.length);
        packet.length(datagram.length);
        return packet;
    }

    // --- what has come --------------------------------------------------------------------------------------------

    List<String> complaints() {
        return receiver.complaints();
    }

    int pictures() {
        return receiver.pictures();
    }

    /** Of what came in the last so many milliseconds. */
    int highestSpatial(long ms) {
        return receiver.highest((publishing ? clock.nowNs() : stoppedNs) - ms * MS, LayeredEncoder.Frame::spatialId);
    }

    int highestTemporal(long ms) {
        return receiver.highest((publishing ? clock.nowNs() : stoppedNs) - ms * MS, LayeredEncoder.Frame::temporalId);
    }

    long missing() {
        return receiver.missing();
    }

    long repaired() {
        return slot.packetsRetransmitted();
    }

    int fillers() {
        return seenFillers.size();
    }

    @Override
    public void close() {
        slot.close();
        track.forgetPackets();
        assertEquals(0, pool.outstanding());
        pool.close();
    }
}
