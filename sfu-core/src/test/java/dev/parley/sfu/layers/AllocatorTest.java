package dev.parley.sfu.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The policy of docs/allocation.md. */
final class AllocatorTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Allocator allocator = new Allocator();
    private long nowNs = 100 * SECOND_NS;

    /** An encoding with up to three temporal layers, at 40, 60 and 100 % of the rate. */
    private record Encoding(int height, int temporalLayers, long bps) implements Layer {
        @Override
        public long lastPacketNs() {
            return Long.MIN_VALUE;
        }

        @Override
        public boolean isAvailable(long nowNs) {
            return bps > 0;
        }

        @Override
        public long bitrateBps(long nowNs) {
            return bps;
        }

        @Override
        public long bitrateBps(int spatialId, int temporalId, long nowNs) {
            int missing = temporalLayers - 1 - Math.min(temporalId, temporalLayers - 1);
            return missing == 0 ? bps : missing == 1 ? bps * 6 / 10 : bps * 4 / 10;
        }

        @Override
        public int maxTemporalId() {
            return temporalLayers - 1;
        }

        @Override
        public int widthPx(int spatialId) {
            return height * 16 / 9;
        }

        @Override
        public int heightPx(int spatialId) {
            return height;
        }

        @Override
        public double framesPerSecond(int temporalId, long nowNs) {
            return 30 >> temporalLayers - 1 - temporalId;
        }
    }

    /** A track in a slot. */
    private final class Track {
        private final TrackDemand demand = new TrackDemand();
        private final boolean screen;
        private List<Encoding> encodings;
        private int priority;
        private boolean speaking;
        private int widthPx = 1280;
        private int heightPx = 720;
        private int maxFps;

        Track(boolean screen, Encoding... encodings) {
            this.screen = screen;
            this.encodings = List.of(encodings);
        }

        void ask() {
            demand.rank(screen, priority, speaking, widthPx, heightPx);
            demand.ladder(encodings, widthPx, heightPx, maxFps, nowNs);
        }

        Track size(int width, int height) {
            widthPx = width;
            heightPx = height;
            return this;
        }
    }

    private Track camera() {
        return new Track(
                false, new Encoding(180, 1, 100_000), new Encoding(360, 1, 400_000), new Encoding(720, 1, 1_500_000));
    }

    private Track screen() {
        return new Track(true, new Encoding(1080, 3, 800_000));
    }

    private void allocate(long budgetBps, Track... tracks) {
        allocate(budgetBps, Integer.MAX_VALUE, tracks);
    }

    private void allocate(long budgetBps, int maxTracks, Track... tracks) {
        TrackDemand[] demands = new TrackDemand[tracks.length];
        for (int i = 0; i < tracks.length; i++) {
            tracks[i].ask();
            demands[i] = tracks[i].demand;
        }
        allocator.allocate(demands, tracks.length, budgetBps, maxTracks, nowNs);
    }

    private static List<Integer> heights(Track... tracks) {
        List<Integer> heights = new ArrayList<>();
        for (Track track : tracks) {
            heights.add(track.demand.heightPx());
        }
        return heights;
    }

    @Test
    void screenIsWholeBeforeAnyCameraGoesUp() {
        Track screen = screen();
        Track[] all = {camera(), camera(), screen, camera(), camera(), camera()};
        allocate(1_500_000, all);
        assertEquals(List.of(180, 180, 1080, 180, 180, 180), heights(all));
        assertEquals(800_000, screen.demand.bitrateBps());
        assertEquals(1_300_000, allocator.allocatedBps());
    }

    @Test
    void screenGivesUpFrameRateBeforeTheCamerasGiveUpTheirPicture() {
        Track screen = screen();
        Track[] all = {camera(), camera(), screen, camera(), camera(), camera()};
        allocate(1_000_000, all);
        assertEquals(List.of(180, 180, 1080, 180, 180, 180), heights(all));
        assertEquals(320_000, screen.demand.bitrateBps());
    }

    @Test
    void lastInRankIsPausedFirst() {
        Track speaker = camera();
        speaker.speaking = true;
        Track small = camera().size(160, 90);
        Track[] all = {small, camera(), speaker, camera()};
        allocate(350_000, all);
        assertEquals(List.of(0, 180, 180, 180), heights(all));
        assertTrue(small.demand.isPaused());
        assertFalse(small.demand.isExcess());
        allocate(200_000, all);
        assertEquals(180, speaker.demand.heightPx());
    }

    @Test
    void allHaveAResolutionBeforeAnybodyHasTheNext() {
        Track[] all = {camera(), camera(), camera()};
        allocate(1_900_000, all);
        assertEquals(List.of(360, 360, 360), heights(all));
        nowNs += 60 * SECOND_NS;
        allocate(2_800_000, all);
        assertEquals(List.of(720, 360, 360), heights(all));
    }

    @Test
    void whoSpeaksIsTheFirstOfEachResolutionAndPinnedGoesUpBeforeAll() {
        Track pinned = camera();
        pinned.priority = 1;
        Track speaker = camera();
        speaker.speaking = true;
        Track[] all = {camera(), speaker, pinned};
        allocate(2_300_000, all);
        assertEquals(List.of(180, 360, 720), heights(all));
    }

    @Test
    void nobodyGetsMoreThanItIsShownIn() {
        Track[] all = {camera().size(320, 180), camera().size(600, 340), camera().size(0, 0)};
        allocate(NO_LIMIT, all);
        assertEquals(List.of(180, 360, 720), heights(all));
    }

    @Test
    void frameRateThatIsNotWantedIsNotSent() {
        Track slow = new Track(false, new Encoding(720, 3, 1_500_000));
        slow.maxFps = 15;
        allocate(NO_LIMIT, slow);
        assertEquals(900_000, slow.demand.bitrateBps());
        assertEquals(1, slow.demand.temporalId());
    }

    @Test
    void lowestResolutionHasFrameRatesAsStepsAndHigherOnesHaveNot() {
        Track track = new Track(false, new Encoding(180, 3, 100_000), new Encoding(360, 3, 400_000));
        allocate(50_000, track);
        assertEquals(40_000, track.demand.bitrateBps());
        track.demand.reset();
        allocate(300_000, track);
        assertEquals(100_000, track.demand.bitrateBps());
    }

    @Test
    void moreThanTheGreatestNumberArePausedWhateverFits() {
        Track[] all = {camera(), camera(), camera()};
        allocate(NO_LIMIT, 2, all);
        assertEquals(List.of(720, 720, 0), heights(all));
        assertTrue(all[2].demand.isExcess());
    }

    @Test
    void wobblingEstimateDoesNotMakeItFlap() {
        Track track = camera();
        allocate(500_000, track);
        int changes = 0;
        int before = track.demand.heightPx();
        for (int i = 0; i < 200; i++) {
            nowNs += SECOND_NS / 4;
            allocate(i % 2 == 0 ? 430_000 : 405_000, track);
            changes += track.demand.heightPx() == before ? 0 : 1;
            before = track.demand.heightPx();
        }
        assertEquals(0, changes);
    }

    @Test
    void frameRateThatComesAndGoesDoesNotKeepTheNextResolutionBack() {
        Track camera = new Track(false, new Encoding(180, 3, 100_000), new Encoding(360, 1, 400_000));
        allocate(120_000, camera);
        for (int i = 0; i < 5; i++) {
            nowNs += SECOND_NS / 2;
            allocate(50_000, camera);
            assertEquals(40_000, camera.demand.bitrateBps());
            nowNs += SECOND_NS;
            allocate(120_000, camera);
            assertEquals(100_000, camera.demand.bitrateBps());
        }
        nowNs += SECOND_NS / 2;
        allocate(500_000, camera);
        assertEquals(List.of(360), heights(camera));
    }

    @Test
    void nobodyWaitsForAStepThatFitsTwice() {
        Track track = camera();
        allocate(500_000, track);
        allocate(390_000, track);
        assertEquals(180, track.demand.heightPx());
        allocate(900_000, track);
        assertEquals(360, track.demand.heightPx());
    }

    @Test
    void whoHasFallenWaitsAndLongerWhenItWasTooEarly() {
        Track track = camera();
        allocate(500_000, track);
        assertEquals(360, track.demand.heightPx());
        allocate(390_000, track);
        assertEquals(180, track.demand.heightPx());
        nowNs += 2 * SECOND_NS;
        allocate(600_000, track);
        assertEquals(180, track.demand.heightPx());
        nowNs += 2 * SECOND_NS;
        allocate(500_000, track);
        assertEquals(360, track.demand.heightPx());
        nowNs += SECOND_NS;
        allocate(390_000, track);
        nowNs += 4 * SECOND_NS;
        allocate(500_000, track);
        assertEquals(180, track.demand.heightPx());
        nowNs += 3 * SECOND_NS;
        allocate(500_000, track);
        assertEquals(360, track.demand.heightPx());
    }

    @Test
    void tellsWhatItWouldDoBetterWith() {
        Track[] all = {camera(), camera()};
        allocate(600_000, all);
        assertEquals(List.of(360, 180), heights(all));
        assertEquals(500_000, allocator.allocatedBps());
        assertEquals(500_000 + 360_000, allocator.nextStepBps());
        assertEquals(2 * 1_725_000, allocator.wantedBps());
    }

    @Test
    void whatThePublisherDoesNotSendIsNotGiven() {
        Track track = camera();
        track.encodings = List.of(new Encoding(180, 1, 100_000), new Encoding(360, 1, 0), new Encoding(720, 1, 0));
        allocate(NO_LIMIT, track);
        assertEquals(180, track.demand.heightPx());
        assertEquals(115_000, allocator.wantedBps());
    }
}
