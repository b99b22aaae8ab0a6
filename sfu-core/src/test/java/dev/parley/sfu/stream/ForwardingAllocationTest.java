package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.AllocationMeter;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import dev.parley.sfu.layers.BestLayerSelector;
import dev.parley.sfu.rtcp.Nack;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.stats.DropCounters;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Forwarding allocates nothing: checked by the thread's own allocation counter. */
@ExtendWith(WithoutLeakTracing.class)
final class ForwardingAllocationTest {
    private static final long MS = 1_000_000L;
    private static final int SLOTS = 8;
    private static final int PACKETS = 2_000;

    private final PacketPool pool = PacketPool.bounded(8_192);
    private final Packets packets = new Packets(pool);
    private final EgressStream[] slots = new EgressStream[SLOTS];
    private final PacketBuffer rtcp = Objects.requireNonNull(pool.acquire());
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final Nack nack = new Nack();
    private final int[] lost = new int[1];
    private final int[] nacks = new int[64];
    private final IngressTrack track = new IngressTrack(true);
    private long sentBytes;
    private int lastSequence;
    private long nowNs;
    private int published;

    @Test
    void forwardingRepairingAndReportingAllocateNothing() {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = slot(i);
            slots[i].source(track, nowNs);
        }
        IngressStream source = ingress();
        track.add(source);
        // The first rounds fill the pool and let buffers grow.
        long leastBytes = AllocationMeter.leastBytes(() -> {
            forward(source, published);
            published += PACKETS;
        });
        assertTrue(sentBytes > (long) PACKETS * SLOTS * 1_000);
        assertEquals(0, leastBytes, "bytes for " + PACKETS * SLOTS + " packets");

        for (EgressStream slot : slots) {
            slot.close();
        }
        track.forgetPackets();
        rtcp.release();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    private void forward(IngressStream source, int first) {
        for (int i = first; i < first + PACKETS; i++) {
            nowNs += 3 * MS;
            if (i % 50 != 49) {
                PacketBuffer packet = packets.vp8(0xA, i & 0xFFFF, i * 270, i & 0x7FFF, i % 1_000 == 0, 1_000);
                source.onRtp(packets.view(packet), nowNs);
                packet.release();
            }
            source.takeNacks(nowNs, 30 * MS, nacks);
            if (i % 10 == 0) {
                repairAndReport();
            }
        }
    }

    private void repairAndReport() {
        for (EgressStream slot : slots) {
            writer.begin(rtcp);
            lost[0] = lastSequence;
            writer.nack(1, slot.ssrc(), lost, 1);
            if (reader.wrap(rtcp) && reader.next() && nack.wrap(reader)) {
                slot.onNack(nack, nowNs);
            }
            writer.begin(rtcp);
            slot.writeSenderReport(writer, nowNs, nowNs);
        }
    }

    private IngressStream ingress() {
        return new IngressStream(
                new IngressSettings(0xA, true, null, true, Packets.PUBLISHER_TYPES, Packets.PUBLISHER_EXTENSIONS),
                new PublisherClock(),
                new DirectRouter(slots));
    }

    private EgressStream slot(int index) {
        return new EgressStream(
                new EgressSettings(
                        "m" + index,
                        true,
                        100 + index,
                        200 + index,
                        Packets.SUBSCRIBER_TYPES,
                        Packets.SUBSCRIBER_EXTENSIONS),
                new BestLayerSelector(),
                new FakeSink(pool, packet -> {
                    sentBytes += packet.length();
                    lastSequence = packet.sequenceNumber();
                }),
                new DropCounters(),
                new Random(1));
    }
}
