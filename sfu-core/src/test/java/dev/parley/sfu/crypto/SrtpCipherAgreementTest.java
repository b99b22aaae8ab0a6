package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider against the JDK's, on random packets: the same bytes come out, and none is let through that is not right. */
@ParameterizedClass
@MethodSource("dev.parley.sfu.crypto.ProvidersUnderTest#namesAndProfiles")
class SrtpCipherAgreementTest {
    private static final int MAX_PAYLOAD_LENGTH = 1_500;
    private static final int SSRC = 0xCAFE_BABE;
    private static final long LAST_INDEX = (1L << 48) - 1;
    private static final long SEED = 42;

    private final SrtpProfile profile;
    private final SrtpCipher sender;
    private final SrtpCipher receiver;
    private final SrtpCipher otherSender;
    private final SrtpCipher otherReceiver;
    private final PacketPool pool = PacketPool.bounded(8);
    private final PacketBuffer packet = Objects.requireNonNull(pool.acquire());
    private final PacketBuffer source = Objects.requireNonNull(pool.acquire());
    private final Random random = new Random(SEED);

    SrtpCipherAgreementTest(String name, SrtpProfile profile) {
        this.profile = profile;
        SrtpCipherProvider provider = ProvidersUnderTest.require(name, profile);
        SrtpCipherProvider other = new JdkSrtpCipherProvider();
        try (SrtpSessionKeys keys = ProvidersUnderTest.keys(profile)) {
            sender = provider.create(keys, SrtpCipher.Direction.PROTECT);
            receiver = provider.create(keys, SrtpCipher.Direction.UNPROTECT);
            otherSender = other.create(keys, SrtpCipher.Direction.PROTECT);
            otherReceiver = other.create(keys, SrtpCipher.Direction.UNPROTECT);
        }
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
        otherSender.close();
        otherReceiver.close();
        packet.release();
        source.release();
        pool.close();
    }

    @Test
    void protectsPayloadsOfEveryLengthInPlace() {
        for (int length = 0; length <= MAX_PAYLOAD_LENGTH; length++) {
            int header = headerLength();
            byte[] plain = bytes(header + length);
            fill(packet, plain);
            int protectedLength = sender.protectRtp(packet, header, 0, packet, header, length, SSRC, length);

            assertEquals(plain.length + profile.tagLength(), protectedLength);
            assertArrayEquals(protectedByTheJdk(plain, header, length), packet.toByteArray(), "length " + length);
            assertTrue(receiver.unprotectRtp(packet, header, SSRC, length));
            assertArrayEquals(plain, packet.toByteArray());
        }
    }

    @Test
    void takesEveryPrefixFromTheOutgoingPacketAndTheRestFromTheSharedOne() {
        for (int prefix = 0; prefix <= SrtpCipher.MAX_PREFIX_LENGTH; prefix++) {
            for (int rest : new int[] {0, 1, 15, 16, 17, 160, 1_188, MAX_PAYLOAD_LENGTH}) {
                int header = headerLength();
                int srcOffset = random.nextInt(40);
                byte[] plain = bytes(header + prefix + rest);
                byte[] shared = bytes(srcOffset + rest);
                System.arraycopy(plain, header + prefix, shared, srcOffset, rest);
                fill(source, shared);
                packet.length(0);
                packet.putBytes(0, plain, 0, header + prefix);
                long index = index();
                sender.protectRtp(packet, header, prefix, source, srcOffset, rest, SSRC, index);

                assertArrayEquals(protectedByTheJdk(plain, header, index), packet.toByteArray());
                assertArrayEquals(shared, source.toByteArray());
            }
        }
    }

    @Test
    void takesAPrefixInPlace() {
        byte[] plain = bytes(12 + 100);
        fill(packet, plain);
        sender.protectRtp(packet, 12, 6, packet, 18, 94, SSRC, 1);
        assertArrayEquals(protectedByTheJdk(plain, 12, 1), packet.toByteArray());
    }

    @Test
    void agreesOnEveryIndexAndSsrc() {
        for (long index : new long[] {0, 1, 0xFFFF, 0x1_0000, 0x1_0001, 0xFFFF_FFFFL, 0x1_0000_0000L, LAST_INDEX}) {
            for (int ssrc : new int[] {0, 1, -1, 0x8000_0000, SSRC}) {
                byte[] plain = bytes(12 + 50);
                fill(packet, plain);
                otherSender.protectRtp(packet, 12, 0, packet, 12, 50, ssrc, index);
                assertTrue(receiver.unprotectRtp(packet, 12, ssrc, index));
                assertArrayEquals(plain, packet.toByteArray());
            }
        }
    }

    @Test
    void refusesAPacketUnderAnotherIndexOrSsrcAndLeavesItAsItWas() {
        byte[] sent = protectedByTheJdk(bytes(12 + 200), 12, 0x1_0005);
        for (long index : new long[] {0x0005, 0x2_0005, LAST_INDEX}) {
            fill(packet, sent);
            assertFalse(receiver.unprotectRtp(packet, 12, SSRC, index), "index " + index);
            assertArrayEquals(sent, packet.toByteArray());
        }
        if (profile.isAead()) {
            // HMAC-SHA1 covers both through the header; with AEAD they are in the nonce.
            assertFalse(receiver.unprotectRtp(packet, 12, SSRC + 1, 0x1_0005));
            assertFalse(receiver.unprotectRtp(packet, 12, SSRC, 0x1_0004));
            assertArrayEquals(sent, packet.toByteArray());
        }
        assertTrue(receiver.unprotectRtp(packet, 12, SSRC, 0x1_0005));
    }

    @Test
    void refusesRtpWithAnyByteChangedAndLeavesItAsItWas() {
        for (int payload : new int[] {0, 5, 160, 1_188}) {
            byte[] sent = protectedByTheJdk(bytes(20 + payload), 20, 9);
            for (int at = 0; at < sent.length; at++) {
                byte[] changed = sent.clone();
                changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                fill(packet, changed);
                assertFalse(receiver.unprotectRtp(packet, 20, SSRC, 9), "byte " + at);
                assertArrayEquals(changed, packet.toByteArray(), "byte " + at);
            }
            fill(packet, sent);
            assertTrue(receiver.unprotectRtp(packet, 20, SSRC, 9));
        }
    }

    @Test
    void agreesOnRtcpOfEveryLength() {
        for (int length = 8; length <= MAX_PAYLOAD_LENGTH; length++) {
            byte[] plain = bytes(length);
            int index = random.nextInt() & 0x7FFF_FFFF;
            fill(source, plain);
            otherSender.protectRtcp(source, index);
            fill(packet, plain);
            sender.protectRtcp(packet, index);
            assertArrayEquals(source.toByteArray(), packet.toByteArray(), "length " + length);

            assertTrue(receiver.unprotectRtcp(packet));
            assertArrayEquals(plain, packet.toByteArray());
            assertTrue(otherReceiver.unprotectRtcp(source));
        }
    }

    @Test
    void refusesRtcpWithAnyByteChangedAndLeavesItAsItWas() {
        fill(packet, bytes(120));
        otherSender.protectRtcp(packet, 77);
        byte[] sent = packet.toByteArray();
        for (int at = 0; at < sent.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] changed = sent.clone();
                changed[at] ^= (byte) (1 << bit);
                fill(packet, changed);
                assertFalse(receiver.unprotectRtcp(packet), "byte " + at);
                assertArrayEquals(changed, packet.toByteArray(), "byte " + at);
            }
        }
        fill(packet, sent);
        assertTrue(receiver.unprotectRtcp(packet));
    }

    @Test
    void worksOnPacketsThatWereTrimmedAtTheFront() {
        byte[] plain = bytes(12 + 90);
        fill(packet, new byte[300]);
        packet.trimFront(7);
        fill(packet, plain);
        fill(source, new byte[300]);
        source.trimFront(3);
        fill(source, plain);
        sender.protectRtp(packet, 12, 0, source, 12, 90, SSRC, 1);
        assertArrayEquals(protectedByTheJdk(plain, 12, 1), packet.toByteArray());
        assertTrue(receiver.unprotectRtp(packet, 12, SSRC, 1));
        assertArrayEquals(plain, packet.toByteArray());
    }

    private byte[] protectedByTheJdk(byte[] plain, int headerLength, long index) {
        PacketBuffer expected = Objects.requireNonNull(pool.acquire());
        fill(expected, plain);
        // The JDK refuses one index twice in a row; another one between makes it forget.
        otherSender.protectRtp(expected, headerLength, 0, expected, headerLength, 0, SSRC, LAST_INDEX - 1);
        fill(expected, plain);
        otherSender.protectRtp(
                expected, headerLength, 0, expected, headerLength, plain.length - headerLength, SSRC, index);
        byte[] bytes = expected.toByteArray();
        expected.release();
        return bytes;
    }

    private int headerLength() {
        return 12 + 4 * random.nextInt(20);
    }

    private long index() {
        return random.nextLong() & LAST_INDEX;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void fill(PacketBuffer packet, byte[] bytes) {
        packet.length(bytes.length);
        packet.putBytes(0, bytes, 0, bytes.length);
    }
}
