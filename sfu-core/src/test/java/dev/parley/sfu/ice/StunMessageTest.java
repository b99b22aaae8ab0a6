package dev.parley.sfu.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(WithoutLeakTracing.class)
class StunMessageTest {
    private static final StunIntegrity INTEGRITY = new StunIntegrity(StunFixtures.RFC_PASSWORD);

    private final PacketPool pool = PacketPool.bounded(4);
    private final PacketBuffer packet = StunFixtures.acquire(pool);
    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();

    @AfterEach
    void freePackets() {
        pool.close();
    }

    @Test
    void refusesAMessageCutAtAnyLength() {
        byte[] request = StunFixtures.RFC_REQUEST;
        for (int length = 0; length < request.length; length++) {
            StunFixtures.fill(packet, request, length);
            assertFalse(message.wrap(packet), "cut to " + length);
            assertNull(StunUsername.localUfrag(packet), "cut to " + length);
        }
    }

    @Test
    void refusesAMessageCutAtAnyAttributeEvenWhenTheHeaderAgrees() {
        byte[] request = StunFixtures.RFC_REQUEST;
        for (int length = StunMessage.HEADER_BYTES; length < request.length; length += 4) {
            StunFixtures.fill(packet, request, length);
            packet.putU16(2, length - StunMessage.HEADER_BYTES);
            assertFalse(isTrusted(), "cut to " + length);
        }
    }

    @Test
    void refusesAMessageWithAnyBitFlipped() {
        byte[] request = StunFixtures.RFC_REQUEST;
        for (int bit = 0; bit < 8 * request.length; bit++) {
            StunFixtures.fill(packet, request, request.length);
            int at = bit >>> 3;
            packet.putU8(at, packet.u8(at) ^ 1 << (bit & 7));
            assertFalse(isTrusted(), "bit " + (bit & 7) + " of byte " + at);
        }
        StunFixtures.fill(packet, request, request.length);
        assertTrue(isTrusted());
    }

    @Test
    void refusesTrailingBytes() {
        StunFixtures.fill(packet, StunFixtures.RFC_REQUEST, StunFixtures.RFC_REQUEST.length);
        packet.length(packet.length() + 4);
        assertFalse(message.wrap(packet));
    }

    @Test
    void refusesAnAttributeThatClaims65535Bytes() {
        begin().raw(StunAttribute.SOFTWARE, new byte[8]);
        for (int length = 9; length <= 0xFFFF; length++) {
            packet.putU16(StunMessage.HEADER_BYTES + 2, length);
            assertFalse(message.wrap(packet), "length " + length);
        }
    }

    @Test
    void refusesKnownAttributesOfTheWrongLength() {
        int[][] typesAndLengths = {
            {StunAttribute.PRIORITY, 8},
            {StunAttribute.USE_CANDIDATE, 4},
            {StunAttribute.ICE_CONTROLLING, 4},
            {StunAttribute.ICE_CONTROLLED, 12},
            {StunAttribute.MESSAGE_INTEGRITY, 16},
            {StunAttribute.FINGERPRINT, 0},
            {StunAttribute.ERROR_CODE, 3},
            {StunAttribute.XOR_MAPPED_ADDRESS, 12},
            {StunAttribute.USERNAME, 514}
        };
        for (int[] typeAndLength : typesAndLengths) {
            begin().raw(typeAndLength[0], new byte[typeAndLength[1]]);
            assertFalse(message.wrap(packet), "type " + typeAndLength[0]);
        }
    }

    @Test
    void refusesAnythingAfterFingerprint() {
        begin().fingerprint().software("late");
        assertFalse(message.wrap(packet));
    }

    @Test
    void ignoresWhatFollowsMessageIntegrity() {
        begin().username("a:b").integrity(INTEGRITY).useCandidate().raw(0x7F00, new byte[0]);
        writer.priority(9).fingerprint();
        assertTrue(message.wrap(packet));
        assertTrue(INTEGRITY.matches(message));
        assertTrue(message.fingerprintMatches());
        assertFalse(message.hasUseCandidate());
        assertEquals(-1, message.priority());
        assertEquals(0, message.unknownAttributeCount());
    }

    @Test
    void takesTheFirstOfTwoEqualAttributes() {
        begin().username("first:x").priority(1).username("second:xx").priority(2);
        assertTrue(message.wrap(packet));
        assertEquals("first:x", message.username());
        assertEquals(1, message.priority());
    }

    @Test
    void readsPaddedValuesOfEveryLength() {
        for (int chars = 0; chars <= 513; chars++) {
            String username = "u".repeat(chars);
            begin().username(username).priority(chars);
            assertTrue(message.wrap(packet));
            assertEquals(username, message.username());
            assertEquals(chars, message.priority());
        }
    }

    @Test
    void readsTheLargestValues() {
        begin().priority(0xFFFF_FFFFL).iceControlling(-1L);
        assertTrue(message.wrap(packet));
        assertEquals(0xFFFF_FFFFL, message.priority());
        assertEquals(-1L, message.tieBreaker());
    }

    @Test
    void namesWhatMustBeUnderstoodAndIsNot() {
        begin().raw(0x7F01, new byte[3]).raw(0xC057, new byte[4]).raw(0x0002, new byte[0]);
        assertTrue(message.wrap(packet));
        assertEquals(2, message.unknownAttributeCount());
        assertEquals(0x7F01, message.unknownAttribute(0));
        assertEquals(0x0002, message.unknownAttribute(1));
    }

    @Test
    void countsNoMoreThanSixteenUnknownAttributes() {
        begin();
        for (int i = 0; i < 100; i++) {
            writer.raw(0x7F00 + i, new byte[0]);
        }
        assertTrue(message.wrap(packet));
        assertEquals(16, message.unknownAttributeCount());
    }

    @Test
    void tellsTheClassOfEveryKindOfMessage() {
        for (StunClass messageClass : StunClass.values()) {
            writer.begin(packet, messageClass, 1, 2);
            assertTrue(message.wrap(packet));
            assertEquals(messageClass, message.messageClass());
            assertEquals(StunMessage.BINDING, message.method());
        }
    }

    @Test
    void tellsTheMethodFromTheClassBits() {
        begin();
        packet.putU16(0, 0x3EEF);
        assertTrue(message.wrap(packet));
        assertEquals(0xFFF, message.method());
        assertEquals(StunClass.REQUEST, message.messageClass());
    }

    @Test
    void forgetsTheFormerMessageWhenWrappedAgain() {
        begin().username("a:b").priority(7).useCandidate().integrity(INTEGRITY).fingerprint();
        assertTrue(message.wrap(packet));
        begin();
        assertTrue(message.wrap(packet));
        assertNull(message.username());
        assertEquals(-1, message.priority());
        assertFalse(message.hasUseCandidate());
        assertFalse(message.hasIntegrity());
        assertFalse(INTEGRITY.matches(message));
        assertFalse(message.fingerprintMatches());
    }

    @Test
    void tellsWhomACheckIsFor() {
        StunFixtures.fill(packet, StunFixtures.RFC_REQUEST, StunFixtures.RFC_REQUEST.length);
        assertEquals("evtj", StunUsername.localUfrag(packet));
    }

    @Test
    void tellsNobodyWhenTheUsernameIsNoneOfIce() {
        String[] usernames = {"", ":", "evtj", "ev:h6vY", "ev\u00FCtj:h6vY", "ev tj:h6vY", "e".repeat(257) + ":h6vY"};
        for (String username : usernames) {
            begin().username(username);
            assertNull(StunUsername.localUfrag(packet), username);
        }
        begin().integrity(INTEGRITY).username("evtj:h6vY");
        assertNull(StunUsername.localUfrag(packet), "after MESSAGE-INTEGRITY");
    }

    @Test
    void matchesAUsernameOnlyByItsWholeFirstHalf() {
        begin().username("evtj:h6vY");
        assertTrue(message.wrap(packet));
        assertTrue(startsWith("evtj"));
        assertFalse(startsWith("evt"));
        assertFalse(startsWith("evtj:"));
        assertFalse(startsWith("evtk"));
        assertFalse(startsWith("evtj:h6vY"));
        assertFalse(startsWith("evtj:h6vYz"));
        begin().username("evtj:");
        assertTrue(message.wrap(packet));
        assertFalse(startsWith("evtj"), "nobody named as the sender");
    }

    @Test
    void allocatesNothingWhileParsing() {
        StunFixtures.fill(packet, StunFixtures.RFC_REQUEST, StunFixtures.RFC_REQUEST.length);
        byte[] ufrag = "evtj".getBytes(StandardCharsets.US_ASCII);
        parse(ufrag, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int parsed = parse(ufrag, 10_000);
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(10_000, parsed);
        // Less than a byte a message: whatever the compiler's own events leave behind.
        assertTrue(allocatedBytes < 10_000, allocatedBytes + " bytes");
    }

    private int parse(byte[] ufrag, int times) {
        int parsed = 0;
        for (int i = 0; i < times; i++) {
            boolean good = message.wrap(packet) && message.fingerprintMatches() && message.usernameStartsWith(ufrag);
            parsed += good ? 1 : 0;
        }
        return parsed;
    }

    private boolean isTrusted() {
        return message.wrap(packet) && message.fingerprintMatches() && INTEGRITY.matches(message);
    }

    private boolean startsWith(String ufrag) {
        return message.usernameStartsWith(ufrag.getBytes(StandardCharsets.UTF_8));
    }

    private StunWriter begin() {
        return writer.begin(packet, StunClass.REQUEST, 1, 2);
    }
}
