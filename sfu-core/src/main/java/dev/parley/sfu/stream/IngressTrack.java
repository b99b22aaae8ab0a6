package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.VideoLayersAllocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A published track: its streams, of which there are several with simulcast, as they become known. Owned by the shard.
 */
public final class IngressTrack {
    private final boolean video;
    private final List<IngressStream> layers = new ArrayList<>();
    private final List<IngressStream> view = Collections.unmodifiableList(layers);

    public IngressTrack(boolean video) {
        this.video = video;
    }

    public boolean isVideo() {
        return video;
    }

    public void add(IngressStream layer) {
        layers.add(layer);
    }

    /** Ends a stream. */
    public void remove(IngressStream layer) {
        layers.remove(layer);
        layer.history().close();
    }

    /**
     * The publisher says which of the track's streams it sends: what it has stopped is known at once to be silent, and not
     * only when nothing has come for a while.
     */
    public void allocated(VideoLayersAllocation allocation) {
        for (int i = 0; i < layers.size(); i++) {
            IngressStream layer = layers.get(i);
            int place = layer.sizes().rtpStream();
            if (place >= 0 && layers.size() > 1 && !isSent(allocation, place)) {
                layer.onBye();
            }
        }
    }

    private static boolean isSent(VideoLayersAllocation allocation, int stream) {
        for (int spatialId = 0; spatialId < VideoLayersAllocation.MAX_SPATIAL_LAYERS; spatialId++) {
            if (allocation.isActive(stream, spatialId)) {
                return true;
            }
        }
        return false;
    }

    /** Nobody is left who could ask for a packet again. */
    public void forgetPackets() {
        for (IngressStream layer : layers) {
            layer.history().clear();
        }
    }

    /** Lets go of packets too old to be asked for again; false if none is left. */
    boolean expirePackets(long nowNs) {
        boolean anyLeft = false;
        for (int i = 0; i < layers.size(); i++) {
            PacketHistory history = layers.get(i).history();
            history.expire(nowNs);
            anyLeft |= !history.isEmpty();
        }
        return anyLeft;
    }

    /** The streams in the order they were added; a view. */
    public List<IngressStream> layers() {
        return view;
    }
}
