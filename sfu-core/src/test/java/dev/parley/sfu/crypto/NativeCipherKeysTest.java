package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What native ciphers leave behind: nothing, whether they were made whole or not. */
@ParameterizedClass
@MethodSource("dev.parley.sfu.crypto.ProvidersUnderTest#nativeNamesAndProfiles")
class NativeCipherKeysTest {
    private final SrtpProfile profile;
    private final WatchedHeap heap = new WatchedHeap();
    private final SrtpCipherProvider provider;
    private final PacketPool pool = PacketPool.bounded(1);
    private final PacketBuffer packet = Objects.requireNonNull(pool.acquire());

    NativeCipherKeysTest(String name, SrtpProfile profile) {
        this.profile = profile;
        this.provider = name.equals("ipsec-mb")
                ? new IpsecMbSrtpCipherProvider(ProvidersUnderTest.requireIpsecMb(heap), heap)
                : new OpenSslSrtpCipherProvider(ProvidersUnderTest.requireOpenSsl(), heap);
        packet.length(100);
    }

    @AfterEach
    void close() {
        packet.release();
        pool.close();
    }

    @Test
    void overwritesAllKeyMaterialBeforeItIsFreed() {
        try (SrtpCipher sender = create(SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = create(SrtpCipher.Direction.UNPROTECT)) {
            sender.protectRtp(packet, 12, 0, packet, 12, 88, 1, 1);
            assertTrue(receiver.unprotectRtp(packet, 12, 1, 1));
            sender.protectRtcp(packet, 1);
            assertTrue(receiver.unprotectRtcp(packet));
            assertTrue(heap.holdsSomething());
        }
        assertEquals(0, heap.allocatedNow());
        assertFalse(heap.hasSeenSecrets());
    }

    @Test
    void overwritesAllKeyMaterialWhenMemoryRunsOutHalfway() {
        heap.allow(Integer.MAX_VALUE);
        create(SrtpCipher.Direction.PROTECT).close();
        int needed = heap.allocations();
        assertTrue(needed > 1);
        for (int allowed = 0; allowed < needed; allowed++) {
            heap.allow(allowed);
            assertThrows(OutOfMemoryError.class, () -> create(SrtpCipher.Direction.PROTECT));
            assertEquals(0, heap.allocatedNow());
        }
        assertFalse(heap.hasSeenSecrets());
    }

    @Test
    void refusesToBeUsedOnceItIsClosed() {
        SrtpCipher cipher = create(SrtpCipher.Direction.PROTECT);
        cipher.close();
        cipher.close();
        assertThrows(IllegalStateException.class, () -> cipher.protectRtp(packet, 12, 0, packet, 12, 88, 1, 1));
        assertThrows(IllegalStateException.class, () -> cipher.protectRtcp(packet, 1));
    }

    @Test
    void refusesRangesOutsideOfThePackets() {
        try (SrtpCipher sender = create(SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = create(SrtpCipher.Direction.UNPROTECT)) {
            int capacity = packet.capacity();
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> sender.protectRtp(packet, 12, 0, packet, 12, capacity - 12, 1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(packet, 12, 0, packet, -1, 10, 1, 1));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> sender.protectRtp(packet, 12, 0, packet, capacity - 9, 10, 1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(packet, -1, 0, packet, 12, 10, 1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(packet, 12, 0, packet, 12, -1, 1, 1));
            packet.length(12 + profile.tagLength() - 1);
            assertThrows(IndexOutOfBoundsException.class, () -> receiver.unprotectRtp(packet, 12, 1, 1));
            packet.length(8 + profile.rtcpTrailerLength() - 1);
            assertThrows(IndexOutOfBoundsException.class, () -> receiver.unprotectRtcp(packet));
            packet.length(7);
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtcp(packet, 1));
            packet.length(capacity - profile.rtcpTrailerLength() + 1);
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtcp(packet, 1));
        }
    }

    private SrtpCipher create(SrtpCipher.Direction direction) {
        try (SrtpSessionKeys keys = ProvidersUnderTest.keys(profile)) {
            return provider.create(keys, direction);
        }
    }
}
