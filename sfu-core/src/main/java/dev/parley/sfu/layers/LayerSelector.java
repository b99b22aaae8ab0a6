package dev.parley.sfu.layers;

import java.util.List;

/** Chooses which of a track's layers one subscriber gets; one per slot, owned by the shard. */
public interface LayerSelector {
    /** Stands for "no layer". */
    int NONE = -1;

    /**
     * The layer to be forwarded. The switch itself happens at that layer's next keyframe; until then the current one
     * goes on. Asked for a few times a second, so it may look at every layer.
     *
     * @param layers the track's layers, in no particular order
     * @param current index of the layer being forwarded or waited for, or {@link #NONE}
     * @return an index into {@code layers}, or {@link #NONE} when nothing is to be sent
     */
    int select(List<? extends Layer> layers, int current, long nowNs);
}
