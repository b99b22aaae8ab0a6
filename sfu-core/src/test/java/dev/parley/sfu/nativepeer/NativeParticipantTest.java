package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of native participants; what they see and hear of each other is tested with the examples. */
final class NativeParticipantTest {
    private final Sfu sfu = Sfu.start(SfuConfig.builder().udpPort(0).build());
    private final Room room = sfu.room("natives");

    @BeforeEach
    void needsTheLibrary() {
        Natives.assumeSupported();
    }

    @AfterEach
    void close() {
        sfu.close();
    }

    @Test
    void whatIsUnpublishedEndsForWhoReceivesIt() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver");
                Painter painter = new Painter(sender)) {
            CountDownLatch seen = new CountDownLatch(1);
            NativeSubscription subscription = get(receiver.receiveVideo(painter.trackId(), _ -> seen.countDown()));
            assertTrue(seen.await(10, TimeUnit.SECONDS), "nothing was received");

            get(painter.camera().unpublish());

            get(subscription.whenEnded());
            assertFalse(painter.camera().send(Natives.picture()), "an unpublished track still takes pictures");
            assertEquals(List.of(), info(sender).tracks());
        }
    }

    @Test
    void aFreedSlotIsUsedAgain() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver");
                Painter first = new Painter(sender);
                Painter second = new Painter(sender)) {
            CountDownLatch seen = new CountDownLatch(1);
            get(receiver.receiveVideo(first.trackId(), _ -> {})).close();
            Await.until("the first slot is free", () -> receiver.freeSlots() == 1);
            get(receiver.receiveVideo(second.trackId(), _ -> seen.countDown()));
            assertTrue(seen.await(10, TimeUnit.SECONDS), "nothing was received");
            assertEquals(1, get(receiver.stats()).received().size());
        }
    }

    @Test
    void aMutedTrackSendsNothingAndSaysSo() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver");
                Painter painter = new Painter(sender)) {
            AtomicInteger frames = new AtomicInteger();
            get(receiver.receiveVideo(painter.trackId(), _ -> frames.incrementAndGet()));
            Await.until("pictures flow", () -> frames.get() > 5);

            get(painter.camera().mute(true));
            assertTrue(info(sender).tracks().getFirst().muted());
            long encoded = get(sender.stats()).sent().getFirst().framesEncoded();
            painter.awaitPictures(10);
            assertTrue(get(sender.stats()).sent().getFirst().framesEncoded() <= encoded + 1, "it is still encoding");

            get(painter.camera().mute(false));
            int before = frames.get();
            Await.until("pictures flow again", () -> frames.get() > before + 5);
        }
    }

    @Test
    void simulcastIsPublishedInThreeLayers() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver")) {
            VideoPublication camera = get(sender.publishVideo(
                    VideoSettings.of(960, 540, 10).simulcast().source(TrackSource.SCREEN)));
            assertEquals(3, camera.track().rids().size());
            assertEquals(TrackSource.SCREEN, camera.track().source());
            CompletableFuture<Integer> width = new CompletableFuture<>();
            get(receiver.receiveVideo(
                    camera.track().id(), frame -> width.complete(frame.image().widthPx())));
            I420Frame large = I420Frame.black(960, 540);
            Await.until("the largest layer is seen", () -> camera.send(large) && width.isDone());
            assertTrue(width.get() <= 960 && width.get() >= 240, () -> "it is " + width.join() + " wide");
        }
    }

    @Test
    void largePicturesAreScaledToWhatWasAskedFor() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver")) {
            VideoPublication camera =
                    get(sender.publishVideo(VideoSettings.of(320, 320, 30).codec("VP9")));
            assertEquals("VP9", camera.track().codec());
            CompletableFuture<String> size = new CompletableFuture<>();
            get(receiver.receiveVideo(
                    camera.track().id(),
                    frame -> size.complete(
                            frame.image().widthPx() + "x" + frame.image().heightPx())));
            I420Frame large = I420Frame.black(1280, 720);
            Await.until("a picture is seen", () -> camera.send(large) && size.isDone());
            assertEquals("320x180", size.join());
        }
    }

    @Test
    void aReceiverThatFailsIsCountedAndCalledAgain() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver");
                Painter painter = new Painter(sender)) {
            long failures = NativeCounters.ofProcess().snapshot().callbackFailures();
            AtomicInteger calls = new AtomicInteger();
            get(receiver.receiveVideo(painter.trackId(), _ -> {
                calls.incrementAndGet();
                throw new AssertionError("thrown on purpose");
            }));
            Await.until("it is called thrice", () -> calls.get() >= 3);
            assertTrue(NativeCounters.ofProcess().snapshot().callbackFailures() >= failures + 2);
        }
    }

    @Test
    void aReceiverThatIsBusyMissesPicturesAndHoldsUpNothing() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver");
                Painter painter = new Painter(sender)) {
            CountDownLatch release = new CountDownLatch(1);
            NativeSubscription busy = get(receiver.receiveVideo(painter.trackId(), _ -> awaitQuietly(release)));
            Await.until("pictures are dropped", () -> busy.dropped() > 3);
            // The connection is not held up: it answers.
            assertTrue(get(receiver.stats()).received().getFirst().framesDecoded() > 3);
            release.countDown();
        }
    }

    @Test
    void closingTheRoomClosesItsNativeParticipants() throws Exception {
        NativeParticipant bot = join("bot");
        VideoPublication camera = get(bot.publishVideo(VideoSettings.of(160, 90, 10)));
        get(room.close());
        get(bot.whenClosed());
        assertFalse(camera.send(Natives.picture()));
    }

    @Test
    void whoIsReplacedIsClosed() throws Exception {
        NativeParticipant first = join("twin");
        try (NativeParticipant _ = join("twin")) {
            get(first.whenClosed());
        }
    }

    @Test
    void afterItsEndEverythingIsRefused() throws Exception {
        NativeParticipant bot = join("bot");
        int open = NativeCounters.ofProcess().snapshot().connections();
        long closed = NativeCounters.ofProcess().snapshot().connectionsClosed();
        bot.close();
        bot.close();
        assertEquals(open - 1, NativeCounters.ofProcess().snapshot().connections());
        assertEquals(closed + 1, NativeCounters.ofProcess().snapshot().connectionsClosed());
        for (CompletableFuture<?> late : List.of(
                bot.publishVideo(VideoSettings.of(160, 90, 10)),
                bot.publishAudio(AudioSettings.voice()),
                bot.receiveVideo("TR_x", _ -> {}),
                bot.stats())) {
            ExecutionException refused = assertThrows(ExecutionException.class, () -> late.get(5, TimeUnit.SECONDS));
            SfuException why = assertInstanceOf(SfuException.class, refused.getCause());
            assertEquals(SfuException.Code.CLOSED, why.code());
        }
    }

    @Test
    void aTrackThatThereIsNotIsRefusedAndItsSlotIsFreed() throws Exception {
        try (NativeParticipant bot = join("bot")) {
            ExecutionException refused = assertThrows(
                    ExecutionException.class,
                    () -> bot.receiveVideo("TR_none", _ -> {}).get(10, TimeUnit.SECONDS));
            SfuException why = assertInstanceOf(SfuException.class, refused.getCause());
            assertEquals(SfuException.Code.TRACK_NOT_FOUND, why.code());
            Await.until("the slot is free", () -> bot.freeSlots() == 1);
        }
    }

    @Test
    void moreTracksThanAllowedAreRefusedAndTheOthersGoOn() throws Exception {
        try (Sfu strict = Sfu.start(SfuConfig.builder()
                        .udpPort(0)
                        .limits(new SfuConfig.Limits(1, 10, 1, 10))
                        .build());
                NativeParticipant bot = get(NativeParticipant.join(strict.room("strict"), JoinRequest.of("bot")))) {
            get(bot.publishAudio(AudioSettings.voice()));
            ExecutionException refused = assertThrows(
                    ExecutionException.class,
                    () -> bot.publishVideo(VideoSettings.of(160, 90, 10)).get(10, TimeUnit.SECONDS));
            SfuException why = assertInstanceOf(SfuException.class, refused.getCause());
            assertEquals(SfuException.Code.TRACK_LIMIT, why.code());
            // The connection agrees on something else afterwards.
            get(bot.whenConnected());
            assertThrows(
                    ExecutionException.class,
                    () -> bot.receiveAudio("TR_none", _ -> {}).get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoJoinedToSendOnlyCannotReceiveSound() throws Exception {
        try (NativeParticipant bot = get(NativeParticipant.join(
                room, JoinRequest.of("bot"), NativeSettings.defaults().sendOnly()))) {
            assertThrows(IllegalStateException.class, () -> bot.receiveAudio("TR_x", _ -> {}));
        }
    }

    @Test
    void hearsOfTracksThatThereAreAndOfThoseThatCome() throws Exception {
        try (NativeParticipant sender = join("sender");
                NativeParticipant receiver = join("receiver")) {
            get(sender.publishAudio(AudioSettings.voice()));
            List<TrackInfo> told = new java.util.concurrent.CopyOnWriteArrayList<>();
            receiver.onTrack(remote -> told.add(remote.track()));
            Await.until("the first is told", () -> told.size() == 1);
            get(sender.publishVideo(VideoSettings.of(160, 90, 10)));
            Await.until("the second is told", () -> told.size() == 2);
            assertEquals(2, told.stream().map(TrackInfo::id).distinct().count());
        }
    }

    private NativeParticipant join(String identity) throws Exception {
        return get(NativeParticipant.join(room, JoinRequest.of(identity)));
    }

    private ParticipantInfo info(NativeParticipant participant) throws Exception {
        return get(room.participants()).stream()
                .filter(one -> one.id().equals(participant.id()))
                .findFirst()
                .orElseThrow();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(15, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
