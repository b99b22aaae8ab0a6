package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeCipherThreadsTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 20;
    private static final int PACKETS = 50;

    /** Ciphers come and go, and are closed by another thread than made them, as when a shard ends. */
    @ParameterizedTest
    @MethodSource("dev.parley.sfu.crypto.ProvidersUnderTest#nativeNamesAndProfiles")
    void servesManyThreadsThatEachHaveTheirOwnCiphers(String name, SrtpProfile profile) throws Exception {
        SrtpCipherProvider provider = ProvidersUnderTest.require(name, profile);
        List<Future<Integer>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                results.add(threads.submit(() -> roundTrips(provider, profile)));
            }
            for (Future<Integer> result : results) {
                assertEquals(ROUNDS * PACKETS, result.get());
            }
        }
    }

    private static int roundTrips(SrtpCipherProvider provider, SrtpProfile profile) throws InterruptedException {
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (SrtpSessionKeys keys = ProvidersUnderTest.keys(profile);
                    PacketPool pool = PacketPool.bounded(1)) {
                SrtpCipher sender = provider.create(keys, SrtpCipher.Direction.PROTECT);
                SrtpCipher receiver = provider.create(keys, SrtpCipher.Direction.UNPROTECT);
                PacketBuffer packet = Objects.requireNonNull(pool.acquire());
                packet.length(300);
                for (int i = 0; i < PACKETS; i++) {
                    sender.protectRtp(packet, 12, 0, packet, 12, 288, 1, i);
                    assertTrue(receiver.unprotectRtp(packet, 12, 1, i));
                    done++;
                }
                packet.release();
                Thread closer = Thread.ofVirtual().start(sender::close);
                receiver.close();
                closer.join();
            }
        }
        return done;
    }
}
