package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.AllocationMeter;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(WithoutLeakTracing.class)
class NativeCipherAllocationTest {
    private static final int PACKETS_PER_ROUND = 1_000;
    private static final int PAYLOAD_LENGTH = 1_188;
    private static final int SSRC = 7;

    @ParameterizedTest
    @MethodSource("dev.parley.sfu.crypto.ProvidersUnderTest#nativeNamesAndProfiles")
    void allocatesNothingPerPacketInEitherDirection(String name, SrtpProfile profile) {
        SrtpCipherProvider provider = ProvidersUnderTest.require(name, profile);
        try (SrtpSessionKeys keys = ProvidersUnderTest.keys(profile);
                SrtpCipher sender = provider.create(keys, SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = provider.create(keys, SrtpCipher.Direction.UNPROTECT);
                PacketPool pool = PacketPool.bounded(2)) {
            PacketBuffer source = Objects.requireNonNull(pool.acquire());
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            source.length(PAYLOAD_LENGTH);
            long least = AllocationMeter.leastBytes(() -> round(sender, receiver, source, packet));
            source.release();
            packet.release();
            assertEquals(0, least, "bytes for " + PACKETS_PER_ROUND + " packets of each kind");
        }
    }

    private static void round(SrtpCipher sender, SrtpCipher receiver, PacketBuffer source, PacketBuffer packet) {
        for (int i = 0; i < PACKETS_PER_ROUND; i++) {
            int prefix = i & 1;
            sender.protectRtp(packet, 12, prefix, source, prefix, PAYLOAD_LENGTH - prefix, SSRC, i);
            packet.putU8(20, packet.u8(20) ^ 1);
            assertFalse(receiver.unprotectRtp(packet, 12, SSRC, i));
            packet.putU8(20, packet.u8(20) ^ 1);
            assertTrue(receiver.unprotectRtp(packet, 12, SSRC, i));
            packet.length(100);
            sender.protectRtcp(packet, i);
            assertTrue(receiver.unprotectRtcp(packet));
        }
    }
}
