package dev.parley.sfu.ice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 5769 §2.1 to §2.3: the samples with short-term credentials. */
class StunMessageVectorTest {
    private static final TransportAddress IPV4 = TransportAddress.ofIpv4(Transport.UDP, 0xC000_0201, 32_853);
    private static final TransportAddress IPV6 =
            TransportAddress.of(Transport.UDP, StunFixtures.hex("20010db8 12345678 00112233 44556677"), 32_853);

    private final PacketPool pool = PacketPool.bounded(1);
    private final PacketBuffer packet = StunFixtures.acquire(pool);
    private final StunMessage message = new StunMessage();
    private final StunIntegrity integrity = new StunIntegrity(StunFixtures.RFC_PASSWORD);

    @AfterEach
    void freePackets() {
        packet.release();
        pool.close();
    }

    @Test
    void readsTheSampleRequest() {
        read(StunFixtures.RFC_REQUEST);
        assertEquals(StunMessage.BINDING, message.method());
        assertEquals(StunClass.REQUEST, message.messageClass());
        assertEquals("evtj:h6vY", message.username());
        assertEquals(0x6E00_01FFL, message.priority());
        assertTrue(message.hasIceControlled());
        assertFalse(message.hasIceControlling());
        assertEquals(0x932F_F9B1_5126_3B36L, message.tieBreaker());
        assertEquals(0, message.unknownAttributeCount());
    }

    @Test
    void readsTheSampleIpv4Response() {
        read(StunFixtures.RFC_IPV4_RESPONSE);
        assertEquals(StunClass.SUCCESS, message.messageClass());
        assertEquals(IPV4, message.xorMappedAddress(Transport.UDP));
    }

    @Test
    void readsTheSampleIpv6Response() {
        read(StunFixtures.RFC_IPV6_RESPONSE);
        assertEquals(StunClass.SUCCESS, message.messageClass());
        assertEquals(IPV6, message.xorMappedAddress(Transport.UDP));
    }

    @Test
    void refusesEverySampleUnderAnotherPassword() {
        StunIntegrity other = new StunIntegrity("VOkJxbRl1RmTxUk/WvJxBu");
        for (byte[] sample :
                new byte[][] {StunFixtures.RFC_REQUEST, StunFixtures.RFC_IPV4_RESPONSE, StunFixtures.RFC_IPV6_RESPONSE
                }) {
            read(sample);
            assertFalse(other.matches(message));
        }
    }

    @Test
    void writesTheSampleIpv4ResponseByteForByte() {
        assertArrayEquals(StunFixtures.RFC_IPV4_RESPONSE, write(IPV4));
    }

    @Test
    void writesTheSampleIpv6ResponseByteForByte() {
        assertArrayEquals(StunFixtures.RFC_IPV6_RESPONSE, write(IPV6));
    }

    private void read(byte[] sample) {
        StunFixtures.fill(packet, sample, sample.length);
        assertTrue(message.wrap(packet));
        assertEquals(0xB7E7_A701, message.transactionHigh());
        assertEquals(0xBC34_D686_FA87_DFAEL, message.transactionLow());
        assertTrue(integrity.matches(message));
        assertTrue(message.fingerprintMatches());
    }

    private byte[] write(TransportAddress mapped) {
        StunWriter writer = new StunWriter();
        writer.begin(packet, StunClass.SUCCESS, 0xB7E7_A701, 0xBC34_D686_FA87_DFAEL)
                .software("test vector");
        // The samples pad with spaces, this writer with zeros as RFC 8489 §14 wants it.
        packet.putU8(packet.length() - 1, ' ');
        writer.xorMappedAddress(mapped).integrity(integrity).fingerprint();
        return packet.toByteArray();
    }
}
