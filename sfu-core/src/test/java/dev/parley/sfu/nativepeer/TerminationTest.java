package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SfuStats;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members whose connection ends in this JVM; what plays the browser is libwebrtc as well. */
final class TerminationTest {
    private static final int ENCODES = 4;

    private final Sfu sfu = Sfu.start(SfuConfig.builder()
            .udpPort(0)
            .nativePeers(new SfuConfig.NativePeers(Termination.NATIVE, 0, 0, ENCODES))
            .build());
    private final Room room = sfu.room("terminated");

    @BeforeEach
    void needsTheLibrary() {
        Natives.assumeSupported();
    }

    @AfterEach
    void close() {
        sfu.close();
    }

    private NativeParticipant join(String identity, Termination termination) throws Exception {
        return get(NativeParticipant.join(room, JoinRequest.of(identity).with(termination)));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private int encodes() {
        return sfu.stats().encodes().running();
    }

    @Test
    void picturesGoBothWaysAndPlacesComeBack() throws Exception {
        try (NativeParticipant terminated = join("terminated", Termination.NATIVE);
                NativeParticipant forwarded = join("forwarded", Termination.FORWARD);
                Painter here = new Painter(terminated);
                Painter there = new Painter(forwarded)) {
            CompletableFuture<Integer> seenThere = new CompletableFuture<>();
            CompletableFuture<Integer> seenHere = new CompletableFuture<>();
            get(forwarded.receiveVideo(
                    here.trackId(), frame -> seenThere.complete(frame.image().rgb(80, 45))));
            NativeSubscription watching = get(terminated.receiveVideo(
                    there.trackId(), frame -> seenHere.complete(frame.image().rgb(80, 45))));
            for (int rgb : List.of(get(seenThere), get(seenHere))) {
                assertEquals(0x80, rgb >> 16, 24, "red");
                assertEquals(0x40, rgb >> 8 & 0xFF, 24, "green");
                assertEquals(0x20, rgb & 0xFF, 24, "blue");
            }
            assertEquals(2, encodes(), "one for what it publishes, one for what it watches");
            watching.close();
            Await.until("the encoder of what is not watched is gone", () -> encodes() == 1);
        }
        Await.until("all encoders are gone", () -> encodes() == 0);
    }

    @Test
    void pictureIsEncodedNoLargerThanItIsShown() throws Exception {
        try (NativeParticipant terminated = join("terminated", Termination.NATIVE);
                NativeParticipant forwarded = join("forwarded", Termination.FORWARD)) {
            VideoPublication camera = get(forwarded.publishVideo(VideoSettings.of(640, 360, 15)));
            I420Frame picture = I420Frame.black(640, 360);
            AtomicInteger widthPx = new AtomicInteger();
            NativeSubscription watching = get(terminated.receiveVideo(
                    camera.track().id(),
                    new SubscriptionHint(320, 180, 0, false),
                    frame -> widthPx.set(frame.image().widthPx())));
            Await.until("it is as large as it is shown", () -> camera.send(picture) && widthPx.get() == 320);
            get(watching.hint(new SubscriptionHint(640, 360, 0, false)));
            Await.until("it is as large as its source", () -> camera.send(picture) && widthPx.get() == 640);
            get(watching.hint(new SubscriptionHint(640, 360, 0, true)));
            assertEquals(0, encodes(), "what is paused is not encoded");
        }
    }

    @Test
    void whoWouldNeedOneEncoderTooManyIsRefusedAndTheOthersGoOn() throws Exception {
        try (NativeParticipant forwarded = join("forwarded", Termination.FORWARD);
                Painter there = new Painter(forwarded);
                NativeParticipant first = join("first", Termination.NATIVE)) {
            AtomicInteger frames = new AtomicInteger();
            for (int i = 0; i < ENCODES; i++) {
                get(first.receiveVideo(there.trackId(), SubscriptionHint.none(), _ -> frames.incrementAndGet()));
            }
            assertEquals(ENCODES, encodes());
            ExecutionException refusal =
                    assertThrows(ExecutionException.class, () -> get(first.receiveVideo(there.trackId(), _ -> {})));
            SfuException reason = assertInstanceOf(SfuException.class, refusal.getCause());
            assertEquals(SfuException.Code.NATIVE_LIMIT, reason.code());
            assertTrue(String.valueOf(reason.getMessage()).contains("VP8 as VP8"), reason.getMessage());
            int before = frames.get();
            Await.until("those that run go on", () -> frames.get() > before + 20);
        }
    }

    @Test
    void othersSeeOneMemberUnderItsNameAndHearWhenItGoes() throws Exception {
        NativeParticipant terminated = join("terminated", Termination.NATIVE);
        try (Painter painter = new Painter(terminated)) {
            get(terminated.whenConnected());
            List<ParticipantInfo> everybody = get(room.participants());
            assertEquals(
                    List.of("terminated"),
                    everybody.stream().map(ParticipantInfo::identity).toList());
            assertEquals(
                    painter.trackId(), everybody.getFirst().tracks().getFirst().id());
        }
        CountDownLatch gone = new CountDownLatch(1);
        var _ = terminated.whenClosed().thenRun(gone::countDown);
        get(room.close());
        assertTrue(gone.await(10, TimeUnit.SECONDS), "the room's end is not its end");
        Await.until("all encoders are gone", () -> encodes() == 0);
    }

    @Test
    void comingAndGoingInAnyOrderLeavesNothingOpen() throws Exception {
        long seed = Long.getLong("seed", 4711);
        int rounds = Integer.getInteger("rounds", 12);
        Random random = new Random(seed);
        SfuStats.NativePeers before = NativeCounters.ofProcess().snapshot();
        List<NativeParticipant> present = new ArrayList<>();
        try (NativeParticipant forwarded = join("forwarded", Termination.FORWARD);
                Painter there = new Painter(forwarded)) {
            for (int round = 0; round < rounds; round++) {
                NativeParticipant next = join("next-" + round, Termination.NATIVE);
                present.add(next);
                // Some leave before their connection is up, some before they are answered.
                CompletableFuture<?> watching = next.receiveVideo(there.trackId(), _ -> {});
                if (random.nextBoolean()) {
                    var _ = watching.handle((_, _) -> true).get(20, TimeUnit.SECONDS);
                }
                if (random.nextInt(3) > 0) {
                    NativeParticipant leaving = present.remove(random.nextInt(present.size()));
                    var _ = leaving.leave();
                }
            }
        }
        get(room.close());
        Await.until(
                "all connections are closed, seed " + seed,
                () -> NativeCounters.ofProcess().snapshot().connections() == before.connections() && encodes() == 0);
        assertEquals(
                before.callbackFailures(), NativeCounters.ofProcess().snapshot().callbackFailures());
    }
}
