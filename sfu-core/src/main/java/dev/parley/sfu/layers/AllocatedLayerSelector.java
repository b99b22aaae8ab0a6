package dev.parley.sfu.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards what an allocation says. Where that layer has gone silent since, the best of those that cost no more takes its
 * place until the next one; before the first, the best there is.
 */
public final class AllocatedLayerSelector implements LayerSelector {
    private final BestLayerSelector best = new BestLayerSelector();
    private @Nullable Layer allocated;
    private int spatialId = LayerFilter.ALL;
    private int temporalId = LayerFilter.ALL;
    private boolean isAllocated;

    /** Takes over an allocation; false if it is the same as before. */
    public boolean allocate(Layer layer, int newSpatialId, int newTemporalId) {
        boolean same = layer == allocated && newSpatialId == spatialId && newTemporalId == temporalId;
        allocated = layer;
        spatialId = newSpatialId;
        temporalId = newTemporalId;
        return !same;
    }

    /** Whether the allocation is of this layer. */
    public boolean isFor(Layer layer) {
        return layer == allocated;
    }

    /** Forgets the allocation. */
    public void reset() {
        allocated = null;
        spatialId = LayerFilter.ALL;
        temporalId = LayerFilter.ALL;
    }

    @Override
    public int select(List<? extends Layer> layers, int current, long nowNs) {
        Layer wanted = allocated;
        isAllocated = false;
        if (wanted == null) {
            return best.select(layers, current, nowNs);
        }
        int lower = NONE;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (layer == wanted && wanted.isAvailable(nowNs)) {
                isAllocated = true;
                return i;
            }
            boolean costsNoMore = layer.isAvailable(nowNs)
                    && layer.bitrateBps(nowNs) <= wanted.expectedBps(spatialId, temporalId, nowNs);
            if (costsNoMore
                    && (lower == NONE
                            || layer.bitrateBps(nowNs) > layers.get(lower).bitrateBps(nowNs))) {
                lower = i;
            }
        }
        return lower == NONE ? best.select(layers, current, nowNs) : lower;
    }

    @Override
    public int maxSpatialId() {
        return isAllocated ? spatialId : LayerFilter.ALL;
    }

    @Override
    public int maxTemporalId() {
        return isAllocated ? temporalId : LayerFilter.ALL;
    }
}
