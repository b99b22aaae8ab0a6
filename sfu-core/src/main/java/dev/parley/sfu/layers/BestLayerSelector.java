package dev.parley.sfu.layers;

import java.util.List;

/**
 * Forwards the best layer that is alive. Which is best is told by the rates: the order of rids in the SDP is the
 * publisher's own choice.
 *
 * <p>A layer is alive when a packet came within {@value #ALIVE_MS} ms. A current layer that is alive is left only for
 * one of at least 1.25 times its rate, so that a still picture does not make subscribers change to and fro.
 */
public final class BestLayerSelector implements LayerSelector {
    static final int ALIVE_MS = 1_200;

    private static final long ALIVE_NS = ALIVE_MS * 1_000_000L;

    @Override
    public int select(List<? extends Layer> layers, int current, long nowNs) {
        int best = NONE;
        long bestBps = -1;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (isAlive(layer, nowNs) && layer.bitrateBps(nowNs) > bestBps) {
                best = i;
                bestBps = layer.bitrateBps(nowNs);
            }
        }
        if (best == NONE && current == NONE && !layers.isEmpty()) {
            return 0; // All are silent, or none has begun: ask one for a keyframe, in case it only waits for that.
        }
        if (best == NONE || current == NONE || best == current || !isAlive(layers.get(current), nowNs)) {
            return best == NONE ? current : best;
        }
        long currentBps = layers.get(current).bitrateBps(nowNs);
        return bestBps * 4 >= currentBps * 5 ? best : current;
    }

    private static boolean isAlive(Layer layer, long nowNs) {
        return layer.lastPacketNs() != Long.MIN_VALUE && nowNs - layer.lastPacketNs() <= ALIVE_NS;
    }
}
