package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.parley.sfu.buffer.PacketBuffer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RtpAllocationTest {
    private static final int PACKETS = 100_000;
    private static final byte[] MID = "0".getBytes(StandardCharsets.US_ASCII);

    private final PacketBuffer received = Packets.of("""
            92E0FFFF FFFFFFFE 80000001 00000011 00000012
            BEDE 0006 40 30 C7 8001028000000000 10 9E 22 123456 32 FFFF 0000 000000
            90 F0 FFFF FE A5 10 1122334455
            """);
    private final PacketBuffer sent = Packets.empty();
    private final RtpPacket rtp = new RtpPacket();
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final KeyframeDetector detector = new KeyframeDetector();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final DependencyDescriptor descriptor = new DependencyDescriptor();

    @Test
    void readsAndWritesPacketsWithoutGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        run();
        run();
        long before = threads.getCurrentThreadAllocatedBytes();
        long sum = run();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(sum != 0);
        assertEquals(0, allocated);
    }

    private long run() {
        long sum = 0;
        for (int i = 0; i < PACKETS; i++) {
            sum += receive(i);
            sum += send(i);
        }
        return sum;
    }

    private long receive(int i) {
        received.putU16(2, i);
        boolean read = rtp.wrap(received) && rtp.refreshPayload() && rtp.extensionEquals(4, MID);
        read &= vp8.wrap(rtp);
        read |= vp9.wrap(rtp);
        read |= descriptor.wrap(rtp, 12, null);
        read |= detector.isKeyframeStart(Codec.VP8, rtp, 0, true);
        int level = AudioLevel.level(rtp, 1) + AbsSendTime.read(rtp, 2) + TransportSequenceNumber.read(rtp, 3);
        return (long) rtp.sequenceNumber() + level + (read ? vp8.pictureId() : 0);
    }

    private long send(int i) {
        writer.begin(sent, 96, rtp.marker(), i, rtp.timestamp(), 7);
        writer.extensionBytes(4, MID);
        writer.extensionU24(2, AbsSendTime.fromNs(i * 1_000_000L));
        writer.extension(12, received, rtp.extensionOffset(12), rtp.extensionLength(12));
        writer.extensionU16(i % 2 == 0 ? 3 : 15, i);
        int headerLength = writer.finish();
        sent.length(headerLength + rtp.payloadLength());
        sent.copyFrom(headerLength, received, rtp.payloadOffset(), rtp.payloadLength());
        vp8.rewrite(sent, headerLength, i, i, i);
        return headerLength;
    }
}
