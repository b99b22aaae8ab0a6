package dev.parley.sfu.layers;

import dev.parley.sfu.layers.FrameLayers.LayerIds;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.DependencyDescriptor;
import dev.parley.sfu.rtp.DependencyStructure;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.Vp8Descriptor;
import dev.parley.sfu.rtp.Vp9Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the layers of one publisher's stream, packet by packet, and keeps what later packets refer to: the dependency
 * structure and the active decode targets (AV1 RTP specification, §A.4). Owned by the shard.
 *
 * <p>Where there is a dependency descriptor the payload is not looked at, as it may be encrypted end to end.
 */
public final class LayerReader {
    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final FrameLayers frame = new FrameLayers();
    /** Not written to once frames refer to it, which may be those of packets still waiting in this turn. */
    private @Nullable DependencyStructure structure;

    private int activeTargets;
    private int maxSpatialId;
    private int maxTemporalId;
    private final int[] widths = new int[DependencyStructure.MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[DependencyStructure.MAX_SPATIAL_LAYERS];

    /**
     * Reads a packet with payload.
     *
     * @param ddExtensionId the id of the dependency descriptor, 0 when it was not negotiated
     * @param vp8 the packet's VP8 descriptor, where it has one
     * @param newest whether it came in order: what late packets say of the structure is not kept
     */
    public FrameLayers read(
            Codec codec, RtpPacket packet, int ddExtensionId, @Nullable Vp8Descriptor vp8, boolean newest) {
        frame.clear();
        if (ddExtensionId != 0 && descriptor.wrap(packet, ddExtensionId, structure)) {
            readDescriptor(newest);
        } else if (vp8 != null) {
            frame.ids(LayerIds.VP8, 0, vp8.temporalId());
            frame.bounds(vp8.startOfFrame(), packet.marker());
            frame.marks(vp8.layerSync(), !vp8.keyframeStart());
        } else if (codec == Codec.VP9 && vp9.wrap(packet)) {
            readVp9();
        } else {
            frame.bounds(false, packet.marker());
        }
        if (frame.ids() != LayerIds.DESCRIPTOR) {
            maxSpatialId = Math.max(maxSpatialId, frame.spatialId());
            maxTemporalId = Math.max(maxTemporalId, frame.temporalId());
        }
        return frame;
    }

    private void readDescriptor(boolean newest) {
        DependencyStructure current = structure;
        if (descriptor.hasStructure() && (newest || current == null)) {
            current = adopt(descriptor.attachedStructure());
        }
        if (descriptor.hasActiveDecodeTargets() && newest) {
            activeTargets = descriptor.activeDecodeTargets();
        }
        boolean older = descriptor.hasStructure() && !newest && !isSame(descriptor.attachedStructure(), current);
        frame.describe(descriptor, older ? null : current, activeTargets);
    }

    private DependencyStructure adopt(DependencyStructure attached) {
        DependencyStructure known = structure;
        if (known == null || !isSame(attached, known)) {
            // Garbage, but only when an encoder is set up anew.
            known = new DependencyStructure();
            known.copyFrom(attached);
            structure = known;
        }
        maxSpatialId = known.maxSpatialId();
        maxTemporalId = known.maxTemporalId();
        for (int i = 0; attached.hasResolutions() && i <= maxSpatialId; i++) {
            widths[i] = attached.width(i);
            heights[i] = attached.height(i);
        }
        return known;
    }

    private static boolean isSame(DependencyStructure attached, @Nullable DependencyStructure known) {
        return known != null && attached.hasSameTemplatesAs(known);
    }

    private void readVp9() {
        frame.ids(LayerIds.VP9, vp9.spatialId(), vp9.temporalId());
        frame.bounds(vp9.startOfFrame(), vp9.endOfFrame());
        frame.marks(vp9.switchingUpPoint(), vp9.isInterPredicted());
        if (vp9.hasScalabilityStructure()) {
            maxSpatialId = vp9.spatialLayers() - 1;
            for (int i = 0; i <= maxSpatialId; i++) {
                widths[i] = vp9.width(i);
                heights[i] = vp9.height(i);
            }
        }
    }

    /** What the packet read last says. */
    public FrameLayers frame() {
        return frame;
    }

    /** The structure that frames are read with now, {@code null} where there is none. */
    public @Nullable DependencyStructure structure() {
        return structure;
    }

    /** The highest spatial layer that the stream may have. */
    public int maxSpatialId() {
        return maxSpatialId;
    }

    public int maxTemporalId() {
        return maxTemporalId;
    }

    /** In pixels, 0 when the stream does not say. */
    public int width(int spatialId) {
        return widths[spatialId];
    }

    public int height(int spatialId) {
        return heights[spatialId];
    }
}
