package dev.parley.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The life of a server and its rooms, as an embedder sees it. */
final class SfuTest {
    private static SfuConfig config() {
        return SfuConfig.builder().udpPort(0).shards(1).build();
    }

    @Test
    void callsAfterCloseAreRefusedAsClosed() {
        Sfu sfu = Sfu.start(config());
        Room room = sfu.room("r");
        Participant ada = room.join(JoinRequest.of("ada")).join();
        sfu.close();
        assertEquals(SfuException.Code.CLOSED, code(room.join(JoinRequest.of("grace"))));
        assertEquals(SfuException.Code.CLOSED, code(ada.mute("TR_1", true)));
        assertEquals(
                SfuException.Code.CLOSED,
                assertThrows(SfuException.class, () -> sfu.room("other")).code());
    }

    @Test
    void roomThatHasJustEndedCanBeMadeAgainByWhoHearsOfIt() {
        try (Sfu sfu = Sfu.start(config())) {
            Room room = sfu.room("r");
            CompletableFuture<Room> again = new CompletableFuture<>();
            room.onEvent(event -> {
                if (event instanceof RoomEvent.RoomClosed) {
                    again.complete(sfu.room("r"));
                }
            });
            room.close().join();
            assertNotSame(room, again.join());
            assertTrue(again.join().participants().join().isEmpty());
        }
    }

    @Test
    void startThatFailsLeavesNoThreadBehind() {
        SfuConfig tooHigh = SfuConfig.builder().udpPort(65_535).shards(2).build();
        // Other tests of this JVM may have servers of their own.
        Set<Thread> before = shardThreads();
        assertThrows(RuntimeException.class, () -> Sfu.start(tooHigh));
        Set<Thread> left = shardThreads();
        left.removeAll(before);
        assertEquals(Set.of(), left);
    }

    @Test
    void tellsWhoseCiphersServeEachProfile() {
        SfuConfig config =
                SfuConfig.builder().udpPort(0).shards(1).crypto("jdk").build();
        try (Sfu sfu = Sfu.start(config)) {
            assertEquals(
                    Map.of("AEAD_AES_128_GCM", "jdk", "AEAD_AES_256_GCM", "jdk", "AES128_CM_SHA1_80", "jdk"),
                    sfu.stats().cipherProviders());
        }
        try (Sfu sfu = Sfu.start(config())) {
            assertEquals(
                    Set.of("AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_SHA1_80"),
                    sfu.stats().cipherProviders().keySet());
        }
    }

    @Test
    void refusesAProviderOfCiphersThatItDoesNotKnow() {
        SfuConfig.Builder config = SfuConfig.builder().crypto("rot13");
        String message =
                assertThrows(IllegalArgumentException.class, config::build).getMessage();
        assertEquals("crypto must be auto, ipsec-mb, openssl or jdk, got rot13", message);
    }

    private static Set<Thread> shardThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("parley-shard-"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static SfuException.Code code(CompletableFuture<?> future) {
        CompletionException failure = assertThrows(CompletionException.class, future::join);
        return assertInstanceOf(SfuException.class, failure.getCause()).code();
    }
}
