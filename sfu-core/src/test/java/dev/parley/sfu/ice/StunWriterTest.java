package dev.parley.sfu.ice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StunWriterTest {
    private final PacketPool pool = PacketPool.bounded(4);
    private final PacketBuffer requestPacket = StunFixtures.acquire(pool);
    private final PacketBuffer responsePacket = StunFixtures.acquire(pool);
    private final StunMessage request = new StunMessage();
    private final StunMessage response = new StunMessage();
    private final StunWriter writer = new StunWriter();
    private final StunIntegrity integrity = new StunIntegrity(StunFixtures.LOCAL.password());

    @AfterEach
    void freePackets() {
        requestPacket.release();
        responsePacket.release();
        pool.close();
    }

    @Test
    void writesACheckThatItsAddresseeUnderstands() {
        check(true);
        assertEquals(StunClass.REQUEST, request.messageClass());
        assertEquals(0x0102_0304, request.transactionHigh());
        assertEquals(0x0506_0708_090A_0B0CL, request.transactionLow());
        assertEquals("srvU:cliU", request.username());
        assertEquals("srvU", StunUsername.localUfrag(requestPacket));
        assertEquals(StunFixtures.HOST_PRIORITY, request.priority());
        assertTrue(request.hasIceControlling());
        assertEquals(77, request.tieBreaker());
        assertTrue(request.hasUseCandidate());
        assertTrue(integrity.matches(request));
        assertTrue(request.fingerprintMatches());
    }

    @Test
    void nominatesOnlyWhenAskedTo() {
        check(false);
        assertFalse(request.hasUseCandidate());
    }

    @Test
    void answersWithTheAddressItSaw() {
        check(false);
        byte[] ipv6 = StunFixtures.hex("20010db8 00000000 00000000 0000ffff");
        TransportAddress[] addresses = {
            StunFixtures.ALICE,
            StunFixtures.udp(255, 0xFFFF),
            StunFixtures.udp(0, 0),
            TransportAddress.of(Transport.TCP, new byte[] {-1, -1, -1, -1}, 9),
            TransportAddress.of(Transport.UDP, ipv6, 1),
            TransportAddress.of(Transport.TCP, ipv6, 0xFFFF)
        };
        for (TransportAddress address : addresses) {
            writer.bindingSuccess(responsePacket, request, address, integrity);
            assertTrue(response.wrap(responsePacket));
            assertEquals(StunClass.SUCCESS, response.messageClass());
            assertEquals(address, response.xorMappedAddress(address.transport()));
            assertAnswersTheRequest();
            assertTrue(integrity.matches(response));
        }
    }

    @Test
    void answersEveryErrorWithItsCode() {
        check(false);
        for (StunError error : StunError.values()) {
            writer.bindingError(responsePacket, request, error, integrity);
            assertTrue(response.wrap(responsePacket));
            assertEquals(StunClass.ERROR, response.messageClass());
            assertEquals(error.code(), response.errorCode());
            assertAnswersTheRequest();
            assertTrue(integrity.matches(response));
        }
    }

    @Test
    void leavesIntegrityOutWhereTheAskerIsUnknown() {
        check(false);
        writer.bindingError(responsePacket, request, StunError.UNAUTHENTICATED, null);
        assertTrue(response.wrap(responsePacket));
        assertFalse(response.hasIntegrity());
        assertAnswersTheRequest();
    }

    @Test
    void isNoAmplifierOfRequestsThatNeedNoPassword() {
        String shortest = IceCredentials.generate(new Random(1)).ufrag() + ":";
        writer.begin(requestPacket, StunClass.REQUEST, 1, 2).username(shortest);
        assertTrue(request.wrap(requestPacket));
        for (StunError error : List.of(StunError.BAD_REQUEST, StunError.UNAUTHENTICATED)) {
            writer.bindingError(responsePacket, request, error, null);
            assertTrue(responsePacket.length() <= requestPacket.length());
        }
    }

    @Test
    void listsTheAttributesThatWereNotUnderstood() {
        writer.begin(requestPacket, StunClass.REQUEST, 1, 2)
                .raw(0x0FED, new byte[5])
                .raw(0x7F01, new byte[0])
                .raw(0x0003, new byte[4]);
        assertTrue(request.wrap(requestPacket));
        writer.bindingError(responsePacket, request, StunError.UNKNOWN_ATTRIBUTE, null);
        assertTrue(response.wrap(responsePacket));
        byte[] errorThenList = StunFixtures.hex("00090004 00000414 000a0006 0fed 7f01 0003 0000");
        byte[] written = new byte[errorThenList.length];
        responsePacket.getBytes(StunMessage.HEADER_BYTES, written, 0, written.length);
        assertArrayEquals(errorThenList, written);
        assertTrue(response.fingerprintMatches());
    }

    @Test
    void zeroesThePaddingOfAUsedPacket() {
        for (int i = 0; i < 64; i++) {
            responsePacket.putU8(i, 0xAA);
        }
        writer.begin(responsePacket, StunClass.REQUEST, 1, 2).software("x");
        assertEquals(0x78000000, responsePacket.i32(StunMessage.HEADER_BYTES + 4));
    }

    @Test
    void signsMessagesOfEveryLength() {
        for (int bytes = 0; bytes < 1_200; bytes += 4) {
            writer.begin(requestPacket, StunClass.REQUEST, 1, 2)
                    .raw(StunAttribute.SOFTWARE, new byte[bytes])
                    .integrity(integrity)
                    .fingerprint();
            assertTrue(request.wrap(requestPacket));
            assertTrue(integrity.matches(request), bytes + " bytes");
            requestPacket.putU8(StunMessage.HEADER_BYTES, 0x81);
            assertFalse(integrity.matches(request), bytes + " bytes");
        }
    }

    @Test
    void readsNoErrorCodeOutsideOfTheRange() {
        for (String value : new String[] {"00000200", "00000700", "00000464", "000004ff"}) {
            writer.begin(responsePacket, StunClass.ERROR, 1, 2).raw(StunAttribute.ERROR_CODE, StunFixtures.hex(value));
            assertTrue(response.wrap(responsePacket));
            assertEquals(-1, response.errorCode(), value);
        }
        assertNull(response.xorMappedAddress(Transport.UDP));
    }

    @Test
    void refusesToWriteBeforeAMessageIsBegun() {
        assertThrows(IllegalStateException.class, () -> new StunWriter().useCandidate());
    }

    private void check(boolean nominate) {
        writer.bindingRequest(
                requestPacket,
                0x0102_0304,
                0x0506_0708_090A_0B0CL,
                "srvU:cliU",
                StunFixtures.HOST_PRIORITY,
                77,
                nominate,
                integrity);
        assertTrue(request.wrap(requestPacket));
    }

    private void assertAnswersTheRequest() {
        assertEquals(request.transactionHigh(), response.transactionHigh());
        assertEquals(request.transactionLow(), response.transactionLow());
        assertTrue(response.fingerprintMatches());
    }
}
