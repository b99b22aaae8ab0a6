package dev.parley.sfu.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BestLayerSelectorTest {
    private static final long NOW_NS = 100_000_000_000L;
    private static final long SILENT_NS = NOW_NS - (BestLayerSelector.ALIVE_MS + 1) * 1_000_000L;

    private record FakeLayer(long lastPacketNs, long bps) implements Layer {
        @Override
        public long bitrateBps(long nowNs) {
            return bps;
        }
    }

    private final BestLayerSelector selector = new BestLayerSelector();

    @Test
    void bestIsTheOneOfTheHighestRateWhateverTheOrder() {
        assertEquals(0, select(LayerSelector.NONE, alive(900), alive(300), alive(100)));
        assertEquals(2, select(LayerSelector.NONE, alive(100), alive(300), alive(900)));
    }

    @Test
    void silentLayerIsLeftForALowerOne() {
        assertEquals(1, select(2, alive(100), alive(300), silent(900)));
    }

    @Test
    void returningLayerIsTakenUpAgain() {
        assertEquals(2, select(1, alive(100), alive(300), alive(900)));
    }

    @Test
    void nearlyEqualRatesDoNotMakeItSwitch() {
        assertEquals(0, select(0, alive(300), alive(374)));
        assertEquals(1, select(0, alive(300), alive(375)));
    }

    @Test
    void currentStaysWhenAllAreSilent() {
        assertEquals(1, select(1, silent(0), silent(0)));
    }

    @Test
    void oneOfTheSilentIsChosenAtTheStartSoThatItIsAsked() {
        assertEquals(0, select(LayerSelector.NONE, new FakeLayer(Long.MIN_VALUE, 0)));
        assertEquals(LayerSelector.NONE, select(LayerSelector.NONE));
    }

    private int select(int current, Layer... layers) {
        return selector.select(List.of(layers), current, NOW_NS);
    }

    private static Layer alive(long bps) {
        return new FakeLayer(NOW_NS, bps);
    }

    private static Layer silent(long bps) {
        return new FakeLayer(SILENT_NS, bps);
    }
}
