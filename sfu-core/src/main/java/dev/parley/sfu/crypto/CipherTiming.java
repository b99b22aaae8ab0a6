package dev.parley.sfu.crypto;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Times native ciphers at start. Nothing is compiled yet then: a foreign call takes microseconds until it is, and the
 * JDK's own ciphers a hundred times what they take later. So the JDK is not timed; batches are short and alternate, so
 * that compilation reaches all alike; the best batch counts; and the usual order is only overruled by a difference of
 * {@link #OVERRULING_FACTOR} in {@link #OVERRULING_WINDOWS} windows of time in a row, since what is compiled first is a
 * matter of chance. It is there to notice a processor on which the usual order is badly wrong.
 */
final class CipherTiming {
    /** How many times as fast a provider has to be to be put before one that comes first in order. */
    static final int OVERRULING_FACTOR = 2;

    /** How many times this has to be so. */
    static final int OVERRULING_WINDOWS = 4;

    private static final long WINDOW_NS = 10_000_000;
    private static final int BATCH_PACKETS = 32;
    private static final int HEADER_LENGTH = 12;
    private static final int PAYLOAD_LENGTH = 1_188;

    private CipherTiming() {}

    /** The time each provider takes to protect a packet of 1,200 bytes, in its best batch. */
    static long[] bestNsPerPacket(List<SrtpCipherProvider> providers, SrtpProfile profile, LongSupplier clockNs) {
        long[] bestNs = new long[providers.size()];
        Arrays.fill(bestNs, Long.MAX_VALUE / OVERRULING_FACTOR);
        try (CipherParts parts = new CipherParts();
                PacketPool pool = PacketPool.bounded(1);
                SrtpSessionKeys keys = SrtpSessionKeys.derive(
                        profile, new byte[profile.keyLength()], new byte[profile.saltLength()])) {
            List<SrtpCipher> ciphers = providers.stream()
                    .map(provider -> provider.create(keys, SrtpCipher.Direction.PROTECT))
                    .peek(cipher -> parts.add(cipher::close))
                    .toList();
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            long firstIndex = 0;
            long startNs = clockNs.getAsLong();
            while (clockNs.getAsLong() - startNs < WINDOW_NS) {
                for (int i = 0; i < bestNs.length; i++) {
                    long ns = batchNs(ciphers.get(i), packet, firstIndex, clockNs);
                    bestNs[i] = Math.min(bestNs[i], ns / BATCH_PACKETS);
                }
                firstIndex += BATCH_PACKETS;
            }
            packet.release();
        }
        return bestNs;
    }

    /** The first in order, or the one that is clearly faster than those before it. */
    static int winner(long[] nsPerPacket) {
        int winner = 0;
        for (int i = 1; i < nsPerPacket.length; i++) {
            if (OVERRULING_FACTOR * nsPerPacket[i] < nsPerPacket[winner]) {
                winner = i;
            }
        }
        return winner;
    }

    private static long batchNs(SrtpCipher cipher, PacketBuffer packet, long firstIndex, LongSupplier clockNs) {
        long startNs = clockNs.getAsLong();
        for (int i = 0; i < BATCH_PACKETS; i++) {
            cipher.protectRtp(packet, HEADER_LENGTH, 0, packet, HEADER_LENGTH, PAYLOAD_LENGTH, 1, firstIndex + i);
        }
        return clockNs.getAsLong() - startNs;
    }
}
