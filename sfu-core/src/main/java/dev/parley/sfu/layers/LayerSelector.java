package dev.parley.sfu.layers;

import java.util.List;

/** Chooses which of a track's layers one subscriber gets; one per slot, owned by the shard. */
public interface LayerSelector {
    /** Stands for "no layer". */
    int NONE = -1;

    /**
     * The encoding to be forwarded. The switch itself happens at that encoding's next keyframe; until then the current one
     * goes on. Asked for a few times a second, so it may look at every layer.
     *
     * @param layers the track's encodings, in no particular order
     * @param current index of the one being forwarded or waited for, or {@link #NONE}
     * @return an index into {@code layers}, or {@link #NONE} when nothing is to be sent
     */
    int select(List<? extends Layer> layers, int current, long nowNs);

    /** The highest spatial layer of it to be forwarded, {@link LayerFilter#ALL} for no bound. */
    default int maxSpatialId() {
        return LayerFilter.ALL;
    }

    /** The highest temporal layer of it to be forwarded, {@link LayerFilter#ALL} for no bound. */
    default int maxTemporalId() {
        return LayerFilter.ALL;
    }
}
