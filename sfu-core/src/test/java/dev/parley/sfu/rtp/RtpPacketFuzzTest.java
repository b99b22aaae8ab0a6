package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;

final class RtpPacketFuzzTest {
    private final PacketPool pool = PacketPool.bounded(1);
    private final RtpPacket rtp = new RtpPacket();

    @FuzzTest
    void staysWithinThePacket(byte[] data) {
        if (data.length <= 2_048) {
            PacketBuffer packet = Packets.of(data, pool);
            check(rtp, packet);
            packet.release();
        }
    }

    static void check(RtpPacket rtp, PacketBuffer packet) {
        if (!rtp.wrap(packet)) {
            return;
        }
        assertTrue(rtp.headerLength() >= RtpPacket.FIXED_HEADER_LENGTH);
        assertEquals(packet.length(), rtp.payloadOffset() + rtp.payloadLength());
        for (int i = 0; i < rtp.extensionCount(); i++) {
            int id = rtp.extensionIdAt(i);
            assertTrue(id >= 1 && id <= 255);
            assertTrue(rtp.extensionOffset(id) >= RtpPacket.FIXED_HEADER_LENGTH + 4);
            assertTrue(rtp.extensionOffset(id) + rtp.extensionLength(id) <= rtp.headerLength());
            assertTrue(rtp.extensionText(id) != null);
        }
        if (rtp.refreshPayload()) {
            assertTrue(rtp.payloadLength() >= 0);
            assertTrue(rtp.payloadOffset() + rtp.payloadLength() <= packet.length());
        }
        assertTrue(rtp.toString().startsWith("RtpPacket["));
    }
}
