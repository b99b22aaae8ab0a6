package dev.parley.sfu.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Chromium ends transport feedback with padding that RFC 3550 §6.4.1 does not know, and it must count all the same. */
final class LibwebrtcPaddingTest {
    /** One packet received, of one byte of delta, so that one byte is left to the word's end. */
    private static final String FEEDBACK = "AFCD0005 00000001 00000002 0001 0001 000001 00 2001 04 01";

    private static final String PLI = "81CE0002 00000001 00000002";

    private final RtcpReader reader = new RtcpReader();

    private static PacketBuffer packet(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        PacketBuffer packet = Objects.requireNonNull(PacketPool.bounded(1).acquire());
        packet.length(bytes.length);
        packet.putBytes(0, bytes, 0, bytes.length);
        return packet;
    }

    @Test
    void takesPaddingOfLessThanAWord() {
        assertTrue(reader.wrap(packet(FEEDBACK)));
        assertTrue(reader.next());
        assertEquals(23, reader.length());
    }

    @Test
    void takesPaddedPacketsBeforeTheLast() {
        assertTrue(reader.wrap(packet(FEEDBACK + FEEDBACK + PLI)));
        assertTrue(reader.next());
        assertTrue(reader.next());
        assertTrue(reader.next());
        assertEquals(RtcpKind.PLI, reader.kind());
        assertFalse(reader.next());
    }

    @Test
    void refusesPaddingThatCannotBe() {
        assertFalse(reader.wrap(packet("A1CE0003 00000001 00000002 00000000")), "of length 0");
        assertFalse(reader.wrap(packet("A1CE0003 00000001 00000002 00000010")), "over the header");
        assertFalse(reader.wrap(packet("A0C90000")), "without a body");
    }
}
