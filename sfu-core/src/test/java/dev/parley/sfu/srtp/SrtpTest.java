package dev.parley.sfu.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sender and receiver against each other, for each profile. */
@ParameterizedClass
@EnumSource(SrtpProfile.class)
class SrtpTest {
    private static final int HEADER_LENGTH = 12;
    private static final int SSRC = 0xCAFE_BABE;

    private final SrtpProfile profile;
    private final SrtpSender sender;
    private final SrtpReceiver receiver;
    private final PacketPool pool = PacketPool.bounded(64);
    private final List<PacketBuffer> held = new ArrayList<>();

    SrtpTest(SrtpProfile profile) {
        this.profile = profile;
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        Arrays.fill(key, (byte) 0x5A);
        Arrays.fill(salt, (byte) 0xC3);
        this.sender = new SrtpSender(profile, key, salt, new JdkSrtpCipherProvider());
        this.receiver = new SrtpReceiver(profile, key, salt, new JdkSrtpCipherProvider());
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
        held.forEach(PacketBuffer::release);
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 15, 16, 17, 160, 1_188})
    void givesThePayloadBack(int payloadLength) {
        PacketBuffer packet = rtp(SSRC, 1, payloadLength);
        byte[] plain = packet.toByteArray();

        assertNull(protect(packet, SSRC, 1));
        assertEquals(plain.length + sender.rtpOverhead(), packet.length());
        if (payloadLength >= 15) {
            assertNotEquals(
                    Arrays.hashCode(Arrays.copyOfRange(plain, HEADER_LENGTH, plain.length)),
                    Arrays.hashCode(Arrays.copyOfRange(packet.toByteArray(), HEADER_LENGTH, plain.length)));
        }

        assertNull(receiver.unprotectRtp(packet, HEADER_LENGTH, SSRC, 1));
        assertArrayEquals(plain, packet.toByteArray());
    }

    @Test
    void encryptsFromASharedPlaintextWithoutTouchingIt() {
        PacketBuffer plain = rtp(SSRC, 1, 100);
        byte[] before = plain.toByteArray();
        PacketBuffer out = acquire();
        out.trimFront(0);
        out.length(16);
        out.copyFrom(0, plain, 0, HEADER_LENGTH);
        out.putI32(12, 0x1122_3344); // A header four bytes longer than the original's.

        assertNull(sender.protectRtp(out, 16, 0, plain, HEADER_LENGTH, 100, SSRC, 1));
        assertArrayEquals(before, plain.toByteArray());
        assertEquals(16 + 100 + profile.tagLength(), out.length());

        assertNull(receiver.unprotectRtp(out, 16, SSRC, 1));
        assertArrayEquals(
                Arrays.copyOfRange(before, HEADER_LENGTH, before.length),
                Arrays.copyOfRange(out.toByteArray(), 16, out.length()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 15, 16})
    void takesTheReceiversOwnStartOfThePayloadFromTheOutgoingPacket(int prefixLength) {
        PacketBuffer plain = rtp(SSRC, 1, 100);
        byte[] before = plain.toByteArray();
        byte[] expected = before.clone();
        Arrays.fill(expected, HEADER_LENGTH, HEADER_LENGTH + prefixLength, (byte) 0x77);
        int restOffset = HEADER_LENGTH + prefixLength;
        PacketBuffer out = acquire();
        out.putBytes(0, expected, 0, restOffset);

        DropReason refused =
                sender.protectRtp(out, HEADER_LENGTH, prefixLength, plain, restOffset, 100 - prefixLength, SSRC, 1);

        assertNull(refused);
        assertArrayEquals(before, plain.toByteArray());
        assertNull(receiver.unprotectRtp(out, HEADER_LENGTH, SSRC, 1));
        assertArrayEquals(expected, out.toByteArray());
    }

    @Test
    void refusesTheSamePacketTwice() {
        PacketBuffer packet = protectedRtp(1);
        PacketBuffer copy = copy(packet);

        assertNull(unprotect(packet, 1));
        assertEquals(DropReason.SRTP_REPLAYED, unprotect(copy, 1));
    }

    @Test
    void keepsTheRolloverCounterAcrossLossAndReordering() {
        int[] order = {65_000, 65_530, 65_534, 2, 65_535, 1, 0, 65_533, 3, 32_000, 60_000, 10, 9, 65_535, 8};
        // The sender sends in order; the receiver gets this order, with everything else lost.
        long[] indices = {
            65_000, 65_530, 65_534, 65_538, 65_535, 65_537, 65_536, 65_533, 65_539, 97_536, 125_536, 131_082, 131_081,
            131_071, 131_080
        };
        PacketBuffer[] packets = new PacketBuffer[order.length];
        Integer[] sendOrder = new Integer[order.length];
        for (int i = 0; i < order.length; i++) {
            assertEquals(order[i], (int) (indices[i] & 0xFFFF));
            sendOrder[i] = i;
        }
        Arrays.sort(sendOrder, (a, b) -> Long.compare(indices[a], indices[b]));
        for (int i : sendOrder) {
            packets[i] = protectedRtp(order[i]);
        }
        for (int i = 0; i < order.length; i++) {
            assertNull(unprotect(packets[i], order[i]), "packet " + i + ", sequence number " + order[i]);
        }
    }

    @Test
    void sendsOutOfOrderAcrossARollover() {
        for (int sequenceNumber : new int[] {65_534, 0, 65_535, 1}) {
            assertNull(unprotect(protectedRtp(sequenceNumber), sequenceNumber));
        }
    }

    @Test
    void neverEncryptsTwoPacketsUnderOneIndex() {
        protectedRtp(5);
        protectedRtp(6);

        assertEquals(DropReason.SRTP_REPLAYED, protect(rtp(SSRC, 5, 20), SSRC, 5));
        assertEquals(DropReason.SRTP_REPLAYED, protect(rtp(SSRC, 6, 20), SSRC, 6));
        assertNull(protect(rtp(SSRC, 7, 20), SSRC, 7));
    }

    @Test
    void keepsSsrcsApart() {
        for (int ssrc = 1; ssrc <= 20; ssrc++) {
            PacketBuffer packet = rtp(ssrc, 9, 30);
            assertNull(protect(packet, ssrc, 9));
            assertNull(receiver.unprotectRtp(packet, HEADER_LENGTH, ssrc, 9));
        }
        assertEquals(20, receiver.ssrcCount());
        receiver.forget(3);
        assertEquals(19, receiver.ssrcCount());
    }

    @Test
    void aWrongTagLeavesTheStateUntouched() {
        PacketBuffer first = protectedRtp(1);
        PacketBuffer forged = protectedRtp(2);
        byte[] genuine = forged.toByteArray();
        forged.putU8(forged.length() - 1, forged.u8(forged.length() - 1) ^ 1);
        byte[] before = forged.toByteArray();

        assertEquals(DropReason.SRTP_AUTH_FAILED, unprotect(forged, 2));
        assertEquals(0, receiver.ssrcCount()); // No state for an SSRC that nobody has proven.
        assertArrayEquals(before, forged.toByteArray());

        assertNull(unprotect(first, 1));
        // A forged sequence number far ahead must not move the rollover counter or the window.
        forged.putU16(2, 30_000);
        assertEquals(DropReason.SRTP_AUTH_FAILED, unprotect(forged, 30_000));
        assertNull(unprotect(packet(genuine), 2));
    }

    @Test
    void refusesEveryFlippedByteOfRtp() {
        assertNull(unprotect(protectedRtp(1), 1));
        byte[] genuine = protectedRtp(2).toByteArray();
        for (int i = 0; i < genuine.length; i++) {
            byte[] flipped = genuine.clone();
            flipped[i] ^= (byte) 0xFF;
            PacketBuffer packet = packet(flipped);
            DropReason reason = receiver.unprotectRtp(packet, HEADER_LENGTH, packet.i32(8), packet.u16(2));
            assertNotNull(reason, "byte " + i);
            assertArrayEquals(flipped, packet.toByteArray());
            release(packet);
        }
        assertNull(unprotect(packet(genuine), 2));
    }

    @Test
    void refusesEveryTruncationOfRtp() {
        byte[] genuine = protectedRtp(2).toByteArray();
        for (int length = 0; length < genuine.length; length++) {
            PacketBuffer packet = packet(Arrays.copyOf(genuine, length));
            assertNotNull(unprotect(packet, 2), "length " + length);
            assertEquals(length, packet.length());
            release(packet);
        }
        assertNull(unprotect(packet(genuine), 2));
    }

    @Test
    void refusesAnotherIndexUnderTheSameTag() {
        PacketBuffer packet = protectedRtp(2);
        packet.putU16(2, 3);

        assertEquals(DropReason.SRTP_AUTH_FAILED, unprotect(packet, 3));
    }

    @Test
    void givesCompoundRtcpBackAndRefusesItTwice() {
        for (int round = 0; round < 3; round++) {
            PacketBuffer packet = rtcp(40);
            byte[] plain = packet.toByteArray();
            assertNull(sender.protectRtcp(packet));
            assertEquals(plain.length + sender.rtcpOverhead(), packet.length());
            PacketBuffer copy = copy(packet);

            assertNull(receiver.unprotectRtcp(packet));
            assertArrayEquals(plain, packet.toByteArray());
            assertEquals(DropReason.SRTP_REPLAYED, receiver.unprotectRtcp(copy));
        }
    }

    @Test
    void takesAnRtcpPacketThatIsOnlyAHeader() {
        PacketBuffer packet = rtcp(8);
        byte[] plain = packet.toByteArray();

        assertNull(sender.protectRtcp(packet));
        assertNull(receiver.unprotectRtcp(packet));
        assertArrayEquals(plain, packet.toByteArray());
    }

    @Test
    void refusesEveryFlippedByteOfRtcp() {
        PacketBuffer first = rtcp(28);
        assertNull(sender.protectRtcp(first));
        byte[] genuine = first.toByteArray();
        for (int i = 0; i < genuine.length; i++) {
            byte[] flipped = genuine.clone();
            flipped[i] ^= (byte) 0xFF;
            PacketBuffer packet = packet(flipped);
            assertEquals(DropReason.SRTP_AUTH_FAILED, receiver.unprotectRtcp(packet), "byte " + i);
            assertArrayEquals(flipped, packet.toByteArray());
            release(packet);
        }
        assertNull(receiver.unprotectRtcp(packet(genuine)));
    }

    @Test
    void refusesEveryTruncationOfRtcp() {
        PacketBuffer first = rtcp(28);
        assertNull(sender.protectRtcp(first));
        byte[] genuine = first.toByteArray();
        for (int length = 0; length < genuine.length; length++) {
            PacketBuffer packet = packet(Arrays.copyOf(genuine, length));
            assertNotNull(receiver.unprotectRtcp(packet), "length " + length);
            release(packet);
        }
        assertNull(receiver.unprotectRtcp(packet(genuine)));
    }

    @Test
    void boundsTheStateThatSsrcsTake() {
        for (int ssrc = 0; ssrc < SrtpReceiver.MAX_SSRCS; ssrc++) {
            PacketBuffer packet = rtp(ssrc, 1, 10);
            assertNull(protect(packet, ssrc, 1));
            assertNull(receiver.unprotectRtp(packet, HEADER_LENGTH, ssrc, 1));
            release(packet);
        }
        PacketBuffer more = rtp(-1, 1, 10);
        assertNull(protect(more, -1, 1));
        assertEquals(DropReason.RTP_STREAM_LIMIT, receiver.unprotectRtp(more, HEADER_LENGTH, -1, 1));
    }

    @Test
    void refusesWhatDoesNotFitIntoTheBuffer() {
        PacketBuffer packet = acquire();
        int payload = packet.capacity() - HEADER_LENGTH - profile.tagLength() + 1;
        packet.length(packet.capacity());
        assertEquals(
                DropReason.OVERSIZED,
                sender.protectRtp(packet, HEADER_LENGTH, 0, packet, HEADER_LENGTH, payload, SSRC, 1));
        assertNull(sender.protectRtp(packet, HEADER_LENGTH, 0, packet, HEADER_LENGTH, payload - 1, SSRC, 1));
        assertEquals(packet.capacity(), packet.length());
        assertEquals(DropReason.OVERSIZED, sender.protectRtcp(packet));
    }

    private PacketBuffer protectedRtp(int sequenceNumber) {
        PacketBuffer packet = rtp(SSRC, sequenceNumber, 50);
        assertNull(protect(packet, SSRC, sequenceNumber));
        return packet;
    }

    private @Nullable DropReason protect(PacketBuffer packet, int ssrc, int sequenceNumber) {
        int payload = packet.length() - HEADER_LENGTH;
        return sender.protectRtp(packet, HEADER_LENGTH, 0, packet, HEADER_LENGTH, payload, ssrc, sequenceNumber);
    }

    private @Nullable DropReason unprotect(PacketBuffer packet, int sequenceNumber) {
        return receiver.unprotectRtp(packet, HEADER_LENGTH, SSRC, sequenceNumber);
    }

    private PacketBuffer rtp(int ssrc, int sequenceNumber, int payloadLength) {
        PacketBuffer packet = acquire();
        packet.length(HEADER_LENGTH + payloadLength);
        packet.putU16(0, 0x8060);
        packet.putU16(2, sequenceNumber);
        packet.putI32(4, 0x0102_0304);
        packet.putI32(8, ssrc);
        for (int i = 0; i < payloadLength; i++) {
            packet.putU8(HEADER_LENGTH + i, i);
        }
        return packet;
    }

    private PacketBuffer rtcp(int length) {
        PacketBuffer packet = acquire();
        packet.length(length);
        packet.putI32(0, 0x80C8_0000 | (length / 4 - 1));
        packet.putI32(4, SSRC);
        for (int i = 8; i < length; i++) {
            packet.putU8(i, i);
        }
        return packet;
    }

    private PacketBuffer copy(PacketBuffer packet) {
        return packet(packet.toByteArray());
    }

    private PacketBuffer packet(byte[] bytes) {
        PacketBuffer packet = acquire();
        packet.putBytes(0, bytes, 0, bytes.length);
        packet.length(bytes.length);
        return packet;
    }

    private PacketBuffer acquire() {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        held.add(packet);
        return packet;
    }

    private void release(PacketBuffer packet) {
        held.remove(packet);
        packet.release();
    }
}
