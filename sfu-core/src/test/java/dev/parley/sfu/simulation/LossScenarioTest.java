package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.stats.DropReason;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Networks that lose, reorder and duplicate, and counters that wrap meanwhile. */
final class LossScenarioTest {
    private static final LinkConditions CLEAN = LinkConditions.perfect().withDelayMs(20);

    /** One who publishes to another; both on clean links, well under way. */
    private static final class OneWay implements AutoCloseable {
        final SimulatedSfu sfu;
        final SimulatedClient alice;
        final SimulatedClient bob;
        final SimulatedSource camera;

        OneWay(long seed) {
            this(new SimulatedSfu(seed));
        }

        OneWay(SimulatedSfu sfu) {
            this.sfu = sfu;
            alice = sfu.client("alice");
            alice.microphone().start();
            camera = alice.camera();
            alice.join();
            bob = Call.member(sfu, "bob");
            Call.watch(bob, alice);
            alice.path().conditions(CLEAN);
            bob.path().conditions(CLEAN);
        }

        void start() {
            camera.start();
            sfu.runMs(1_000);
        }

        ReceivedStream video() {
            return bob.received(VIDEO_SLOT);
        }

        /** Lets everything that is under way arrive, and what is missing be repaired. */
        void drain() {
            camera.stop();
            alice.path().conditions(CLEAN);
            bob.path().conditions(CLEAN);
            sfu.runMs(700);
        }

        @Override
        public void close() {
            sfu.close();
        }
    }

    @Test
    void lostDownlinkPacketsAreRepairedByRtx() {
        try (OneWay call = new OneWay(50)) {
            call.start();
            call.bob.path().conditions(CLEAN.withLoss(0.05));
            call.sfu.runMs(20_000);
            call.drain();
            ReceivedStream video = call.video();
            assertTrue(video.lost() > 50, "only " + video.lost() + " packets were lost");
            assertTrue(video.repaired() >= 0.95 * video.lost(), video.repaired() + " of " + video.lost() + " repaired");
            assertTrue(video.decodable() > 450, "frames " + video.decodable());
            assertTrue(call.sfu.media().packetsRetransmitted().value() >= video.repaired(), "counted too few");
        }
    }

    @Test
    void lostUplinkPacketsAreRepairedByOurNacks() {
        try (OneWay call = new OneWay(51)) {
            call.start();
            call.alice.path().conditions(CLEAN.withLoss(0.05));
            call.sfu.runMs(20_000);
            call.drain();
            SentStream sent = call.camera.stream();
            assertTrue(sent.nacked() > 50, "asked for only " + sent.nacked());
            long first = call.video().first().payload().frame();
            long expected = sent.packets() - 3 * first;
            assertTrue(call.video().packets() >= expected * 0.999, call.video().packets() + " of " + expected);
        }
    }

    /** Asking each round trip, of 40 ms, for what waits unread would make the sender send it four times and more. */
    @Test
    void aShardThatReadsLateDoesNotAskAgainForWhatHasArrived() {
        try (OneWay call = new OneWay(53)) {
            call.start();
            call.sfu.shard(0).readingLag(200_000_000);
            call.alice.path().conditions(CLEAN.withLoss(0.05));
            call.sfu.runMs(20_000);
            call.drain();
            SentStream sent = call.camera.stream();
            double lost = 0.05 * sent.packets();
            assertTrue(sent.nacked() > 0.8 * lost, "asked for only " + sent.nacked() + " of about " + lost);
            assertTrue(sent.nacked() < 1.5 * lost, "asked " + sent.nacked() + " times for about " + lost);
        }
    }

    @Test
    void lossOnBothLinksLeavesVideoDecodable() {
        try (OneWay call = new OneWay(52)) {
            call.start();
            call.alice.path().conditions(CLEAN.withLoss(0.05).withJitterMs(10));
            call.bob.path().conditions(CLEAN.withLoss(0.05).withJitterMs(10));
            call.sfu.runMs(20_000);
            call.drain();
            ReceivedStream video = call.video();
            assertTrue(video.repaired() >= 0.95 * video.lost(), video.repaired() + " of " + video.lost() + " repaired");
            assertTrue(video.packets() >= 0.995 * (call.camera.stream().packets() - 3L * firstFrame(video)), "holes");
            // Every keyframe beyond the first would be a gap that a viewer sees.
            assertTrue(video.keyframes() <= 3, video.keyframes() + " keyframes");
            assertEquals(0, call.bob.media().refused());
        }
    }

    private static int firstFrame(ReceivedStream stream) {
        return stream.first().payload().frame();
    }

    @Test
    void reorderedAndDuplicatedPacketsAreForwardedOnce() {
        try (OneWay call = new OneWay(53)) {
            // What it asked for again would come twice for that reason.
            call.bob.media().asksForLosses(false);
            call.start();
            call.alice.path().up().conditions(CLEAN.withReordering(0.1, 25).withDuplicates(0.2));
            call.sfu.runMs(10_000);
            call.drain();
            Call.assertContinuous(call.video());
            assertEquals(
                    call.camera.stream().packets() - 3L * firstFrame(call.video()),
                    call.video().packets());
            assertEquals(0, call.video().duplicates());
            assertTrue(call.sfu.dropped(DropReason.SRTP_REPLAYED) > 150, "no duplicates came");
            assertEquals(0, call.bob.media().refused());
        }
    }

    @Test
    void packetThatComesBothLateAndByRtxIsForwardedOnce() {
        try (OneWay call = new OneWay(54)) {
            // What it asked for again would come twice for that reason.
            call.bob.media().asksForLosses(false);
            call.start();
            // Held back for longer than a NACK and its answer take.
            call.alice.path().up().conditions(CLEAN.withReordering(0.05, 150));
            call.sfu.runMs(8_000);
            call.drain();
            Call.assertContinuous(call.video());
            assertTrue(call.camera.stream().nacked() > 20, "nothing was asked for again");
            assertTrue(call.sfu.dropped(DropReason.RTP_DUPLICATE) > 10, "nothing came twice");
            assertEquals(0, call.video().duplicates());
        }
    }

    @Test
    void publishersCountersWrapInALossyCall() {
        try (OneWay call = new OneWay(55)) {
            // Sequence numbers wrap after 1.8 s, timestamps after 2 s; SRTP's rollover counter with the former.
            call.camera.stream().startAt(65_400, -180_000);
            call.start();
            call.alice.path().conditions(CLEAN.withLoss(0.05).withReordering(0.02, 20));
            call.bob.path().conditions(CLEAN.withLoss(0.05));
            call.sfu.runMs(4_000);
            call.drain();
            ReceivedStream video = call.video();
            assertTrue(video.packets() >= 0.995 * (call.camera.stream().packets() - 3L * firstFrame(video)), "holes");
            assertTrue(video.repaired() >= 0.95 * video.lost(), video.repaired() + " of " + video.lost() + " repaired");
            assertEquals(0, call.sfu.dropped(DropReason.SRTP_AUTH_FAILED));
            assertEquals(0, call.bob.media().refused());
        }
    }

    @Test
    void slotsCountersWrapInALossyCall() {
        SimulatedSfu.Setup setup = SimulatedSfu.Setup.of(56).withRandom(new NearTheWrap(56));
        try (OneWay call = new OneWay(new SimulatedSfu(56, setup))) {
            call.camera.shape(1_000, 1, 40);
            call.start();
            call.alice.path().conditions(CLEAN.withLoss(0.02));
            call.bob.path().conditions(CLEAN.withLoss(0.02));
            // From just below 2^15, where they start, sequence numbers need 2^15 packets to wrap.
            call.sfu.runMs(34_000);
            call.drain();
            ReceivedStream video = call.video();
            long first = video.first().sequence();
            long last = video.last().sequence();
            assertTrue(
                    first < 0x1_0000 && last > 0x1_0000, "sequence numbers have not wrapped: " + first + ".." + last);
            assertTrue(video.first().timestamp() < 0 && video.last().timestamp() > 0, "timestamps have not wrapped");
            assertTrue(video.repaired() >= 0.95 * video.lost(), video.repaired() + " of " + video.lost() + " repaired");
            assertEquals(0, call.bob.media().refused());
            assertTrue(call.bob.received(AUDIO_SLOT).packets() > 1_600, "audio stalls");
        }
    }

    /** Everything that begins at random begins just below where it wraps. */
    private static final class NearTheWrap implements RandomGenerator {
        private final Random random;

        NearTheWrap(long seed) {
            random = new Random(seed);
        }

        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public int nextInt() {
            return random.nextInt() | 0xFFFF_0000;
        }

        @Override
        public int nextInt(int bound) {
            return random.nextInt(bound);
        }

        @Override
        public int nextInt(int origin, int bound) {
            return bound - 1;
        }
    }

    @Test
    void longOutageEndsWithAKeyframeAndNotWithAFloodOfNacks() {
        try (OneWay call = new OneWay(57)) {
            call.start();
            call.alice.path().up().filter(datagram -> (datagram[0] & 0x80) == 0);
            call.camera.shape(500, 3, 60);
            call.sfu.runMs(4_000);
            call.alice.path().up().filter(datagram -> true);
            long before = call.camera.stream().nacked();
            long keyframes = call.camera.keyframes();
            call.sfu.runMs(1_000);
            assertTrue(
                    call.camera.stream().nacked() - before < 300,
                    "asked for " + call.camera.stream().nacked());
            assertTrue(call.camera.keyframes() > keyframes, "no keyframe was asked for");
        }
    }
}
