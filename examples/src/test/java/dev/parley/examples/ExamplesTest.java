package dev.parley.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeStats;
import dev.parley.sfu.nativepeer.NativeSupport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each example against another native participant, which says what it sees and hears. */
final class ExamplesTest {
    private static final long TIMEOUT_SECONDS = 30;

    private final Sfu sfu = Sfu.start(SfuConfig.builder().udpPort(0).build());
    private final Room room = sfu.room("examples");

    @BeforeEach
    void needsTheLibrary() {
        Optional<String> problem = NativeSupport.problem();
        assumeTrue(problem.isEmpty(), () -> problem.orElse(""));
    }

    @AfterEach
    void close() {
        sfu.close();
    }

    @Test
    void theTestCardIsSeenAndTheToneIsHeard() {
        try (NativeParticipant bot = TestCardBot.join(room);
                Witness witness = Witness.in(room)) {
            witness.awaitTestCard(bot.id());
            witness.awaitTone(bot.id(), 1_000);
        }
    }

    @Test
    void theEchoBotSendsBackWhatItSeesAndHears() {
        try (NativeParticipant bot = TestCardBot.join(room);
                NativeParticipant echo = EchoBot.join(room);
                Witness witness = Witness.in(room)) {
            witness.awaitTestCard(echo.id());
            witness.awaitTone(echo.id(), 1_000);
            bot.leave().join();
            witness.awaitNoTracks(echo.id());
        }
    }

    @Test
    void theSnapshotBotWritesStillsOfWhoSpeaks(@TempDir Path folder) throws IOException {
        try (NativeParticipant _ = TestCardBot.join(room);
                NativeParticipant snapshots = SnapshotBot.join(room, folder)) {
            Path still = Await.until("a still is written", TIMEOUT_SECONDS, () -> anyPng(folder));
            BufferedImage image = ImageIO.read(still.toFile());
            assertNotNull(image, "the still is no PNG");
            assertEquals(640, image.getWidth());
            // The third bar is cyan.
            int rgb = image.getRGB(5 * 640 / 16, 100) & 0xFFFFFF;
            assertTrue(TestCard.distance(rgb, 0x00BFBF) < 40, () -> "the third bar is %06x".formatted(rgb));
            assertEquals("snapshots", snapshots.identity());
        }
    }

    private static Optional<Path> anyPng(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            // A file is listed before it is all there.
            return files.filter(file -> file.toString().endsWith("-002.png"))
                    .findAny()
                    .map(second ->
                            folder.resolve(second.getFileName().toString().replace("-002", "-001")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"H264", "VP9", "AV1"})
    void theBridgePublishesAgainInAnotherCodec(String codec) throws Exception {
        try (NativeParticipant bot = TestCardBot.join(room)) {
            TrackInfo camera = trackOf(bot.id(), track -> track.kind() == MediaKind.VIDEO);
            assertEquals("VP8", camera.codec());
            try (NativeParticipant bridge = CodecBridge.join(room, camera, codec);
                    Witness witness = Witness.in(room)) {
                assertEquals(codec, trackOf(bridge.id(), _ -> true).codec());
                witness.awaitTestCard(bridge.id());
                NativeStats stats = bridge.stats().get(5, TimeUnit.SECONDS);
                assertEquals(codec, stats.sent().getFirst().codec());
                assertEquals("VP8", stats.received().getFirst().codec());
                CompletableFuture<Void> gone = bridge.whenClosed();
                bot.leave().join();
                gone.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void theMeterTellsOfPicturesAndSound() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (NativeParticipant _ = TestCardBot.join(room);
                NativeParticipant _ = MeterBot.join(room, told::add)) {
            Await.until("the tone is told", TIMEOUT_SECONDS, () -> tells(told, "hz=1000"));
            Await.until("the picture is told", TIMEOUT_SECONDS, () -> tells(told, "size=640x360"));
        }
    }

    private static boolean tells(List<String> told, String what) {
        return told.stream().anyMatch(line -> line.contains(what));
    }

    private TrackInfo trackOf(String participantId, Predicate<TrackInfo> which) throws Exception {
        return room.participants().get(5, TimeUnit.SECONDS).stream()
                .filter(one -> one.id().equals(participantId))
                .flatMap(one -> one.tracks().stream())
                .filter(which)
                .findFirst()
                .orElseThrow();
    }
}
