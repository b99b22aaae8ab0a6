package dev.parley.sfu.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DtlsRecordsTest {
    /** A handshake record in the clear: one whole message of type 1 with 4 bytes. */
    private static final byte[] HELLO =
            hex("16feff0000000000000000" + "0010" + "010000040000000000000004" + "aabbccdd");

    private static final byte[] ALERT = hex("15fefd0001000000000005" + "0002" + "0100");

    private final PacketPool pool = PacketPool.bounded(1);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void takesOneRecordAndSeveral() {
        assertTrue(isWellFormed(HELLO));
        assertTrue(isWellFormed(ALERT));
        assertTrue(isWellFormed(join(HELLO, ALERT)));
    }

    @Test
    void refusesEachTruncation() {
        byte[] datagram = join(HELLO, ALERT);
        for (int length = 0; length < datagram.length; length++) {
            // A cut between the two records leaves a whole one.
            assertEquals(length == HELLO.length, isWellFormed(Arrays.copyOf(datagram, length)), "length " + length);
        }
    }

    @Test
    void refusesEachFlippedByteOfTypeVersionAndLength() {
        for (int i : new int[] {0, 1, 2, 11, 12}) {
            byte[] flipped = HELLO.clone();
            flipped[i] ^= (byte) 0xFF;
            assertFalse(isWellFormed(flipped), "byte " + i);
        }
    }

    @Test
    void refusesFragmentsThatDoNotFitTheirMessageOrRecord() {
        // Length, fragment offset and fragment length of the handshake header.
        for (int i : new int[] {14, 15, 16, 19, 20, 21, 22, 23, 24}) {
            byte[] flipped = HELLO.clone();
            flipped[i] ^= (byte) 0xFF;
            boolean onlyLonger = i == 16; // A message of 251 bytes of which these 4 are the first: in order.
            assertEquals(onlyLonger, isWellFormed(flipped), "byte " + i);
        }
    }

    @Test
    void refusesAHandshakeMessageThatWouldTakeMuchMemory() {
        byte[] huge = HELLO.clone();
        huge[14] = 0x00;
        huge[15] = 0x40;
        huge[16] = 0x00;
        assertTrue(isWellFormed(huge)); // 16,384 bytes.
        huge[16] = 0x01;
        assertFalse(isWellFormed(huge));
    }

    @Test
    void doesNotReadEncryptedHandshakeRecords() {
        byte[] encrypted = HELLO.clone();
        encrypted[4] = 1; // Epoch 1: what follows is ciphertext.
        Arrays.fill(encrypted, 13, encrypted.length, (byte) 0xFF);
        assertTrue(isWellFormed(encrypted));
    }

    @Test
    void refusesOtherProtocolsOfRfc7983() {
        assertFalse(isWellFormed(hex("000100002112a442000102030405060708090a0b")));
        assertFalse(isWellFormed(hex("8060000100000001cafebabe0000000000000000")));
        assertFalse(isWellFormed(hex("2f00000102030405060708090a0b0c0d0e0f1011"))); // DTLS 1.3's unified header.
    }

    private boolean isWellFormed(byte[] datagram) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putBytes(0, datagram, 0, datagram.length);
        packet.length(datagram.length);
        boolean result = DtlsRecords.isWellFormed(packet);
        packet.release();
        return result;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
