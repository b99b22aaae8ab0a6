package dev.parley.sfu.dtls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;

class DtlsRecordsFuzzTest {
    /** Ends with an answer for any datagram; what it accepts is made of whole records. */
    @FuzzTest
    void checksAnyDatagram(byte[] data) {
        int length = Math.min(data.length, PacketPool.PACKET_CAPACITY);
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            packet.putBytes(0, data, 0, length);
            packet.length(length);
            if (DtlsRecords.isWellFormed(packet)) {
                int offset = 0;
                while (offset < length) {
                    offset += 13 + packet.u16(offset + 11);
                }
                if (offset != length) {
                    throw new AssertionError("accepted a record that ends outside of the datagram");
                }
            }
            packet.release();
        }
    }
}
