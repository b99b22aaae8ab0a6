package dev.parley.benchmarks.micro;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stream.EgressSettings;
import dev.parley.sfu.stream.EgressStream;
import dev.parley.sfu.stream.IncomingPacket;
import dev.parley.sfu.stream.IngressSettings;
import dev.parley.sfu.stream.IngressStream;
import dev.parley.sfu.stream.IngressTrack;
import dev.parley.sfu.stream.OutgoingPacket;
import dev.parley.sfu.stream.PacketSink;
import dev.parley.sfu.stream.PayloadFormat;
import dev.parley.sfu.stream.PayloadTypes;
import dev.parley.sfu.stream.PublisherClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a subscription costs beside encryption and I/O: one decrypted packet through the publisher's stream and the
 * streams of fifty receivers. The variants each add one thing, so that their differences tell what it costs. Per packet
 * and receiver.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FanOutBenchmark {
    private static final int RECEIVERS = 50;
    private static final int BYTES = 1_200;
    private static final long PACKET_INTERVAL_NS = 5_000_000;
    private static final int PICTURE_IDS_APART = 1_000;

    /** What a subscription does. */
    public enum Variant {
        /** Numbers, timestamps and a bare header. */
        HEADER(false, false, false),
        /** And abs-send-time and transport-cc. */
        EXTENSIONS(true, false, false),
        /** And keeps the packet for retransmissions. */
        RETRANSMISSION(true, true, false),
        /** And rewrites the VP8 descriptor, as after a switch of the slot's source. */
        REWRITING(true, true, true);

        private final boolean extensions;
        private final boolean retransmission;
        private final boolean rewriting;

        Variant(boolean extensions, boolean retransmission, boolean rewriting) {
            this.extensions = extensions;
            this.retransmission = retransmission;
            this.rewriting = rewriting;
        }
    }

    /** How much of it. */
    @Param
    public Variant variant = Variant.RETRANSMISSION;

    private final PacketPool pool = PacketPool.bounded(16_384);
    private final MediaPackets packets = new MediaPackets();
    private final DropCounters drops = new DropCounters();
    private final IngressTrack track = new IngressTrack(true);
    private final RtpPacket rtp = new RtpPacket();
    private final List<EgressStream> receivers = new ArrayList<>();
    private @Nullable IngressStream stream;
    private int sequence;
    private int frame;
    private long nowNs = 1_000_000_000;

    /** Takes heads, as a peer does, and forgets them. */
    private static final class Sink implements PacketSink {
        private final OutgoingPacket packet;

        Sink(PacketPool pool) {
            packet = new OutgoingPacket(pool.window(OutgoingPacket.HEAD_CAPACITY));
        }

        @Override
        public void overtake(int ssrc, int rtxSsrc) {}

        @Override
        public OutgoingPacket begin() {
            return packet;
        }

        @Override
        public void send(OutgoingPacket sent) {}
    }

    /** Subscribes everybody. */
    @Setup
    public void setUp() {
        PayloadTypes payloadTypes = new PayloadTypes(List.of(PayloadFormat.of(
                MediaPackets.VP8, variant.retransmission ? MediaPackets.VP8_RTX : -1, Codec.VP8, 90_000, Map.of())));
        RtpExtensionMap extensions = variant.extensions ? MediaPackets.EXTENSIONS : RtpExtensionMap.EMPTY;
        for (int i = 0; i < RECEIVERS; i++) {
            int rtxSsrc = variant.retransmission ? 2_000 + i : 0;
            EgressSettings settings = new EgressSettings("0", true, 1_000 + i, rtxSsrc, payloadTypes, extensions);
            EgressStream receiver =
                    new EgressStream(settings, new BestLayerSelector(), new Sink(pool), drops, new Random(i));
            receiver.source(track, nowNs);
            receivers.add(receiver);
        }
        IngressSettings ingress =
                new IngressSettings(MediaPackets.SSRC, true, null, true, payloadTypes, MediaPackets.EXTENSIONS);
        stream = new IngressStream(ingress, new PublisherClock(), new Router(receivers));
        track.add(stream);
        forward(true);
        if (variant.rewriting) {
            receivers.forEach(receiver -> receiver.awaitKeyframe(nowNs));
            frame += PICTURE_IDS_APART;
            forward(true);
        }
    }

    /** The loop of a published track. */
    private static final class Router implements IngressStream.Listener {
        private final List<EgressStream> receivers;
        private final IncomingPacket[] incoming = {new IncomingPacket()};

        Router(List<EgressStream> receivers) {
            this.receivers = receivers;
        }

        @Override
        public void onPacket(IngressStream from, RtpPacket packet, long nowNs) {
            incoming[0].take(from, packet, nowNs);
            IncomingPacket.findRuns(incoming, 1);
            for (int i = 0; i < receivers.size(); i++) {
                receivers.get(i).forward(incoming, 1);
            }
            incoming[0].release();
        }

        @Override
        public void deadlineMoved(IngressStream from, long nowNs) {}
    }

    /** One packet to fifty receivers. */
    @Benchmark
    @OperationsPerInvocation(RECEIVERS)
    public void fanOut() {
        forward(false);
    }

    private void forward(boolean keyframe) {
        nowNs += PACKET_INTERVAL_NS;
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packets.write(packet, sequence++, frame++, keyframe, BYTES);
        if (rtp.wrap(packet) && rtp.refreshPayload()) {
            Objects.requireNonNull(stream).onRtp(rtp, nowNs);
        }
        packet.release();
    }
}
