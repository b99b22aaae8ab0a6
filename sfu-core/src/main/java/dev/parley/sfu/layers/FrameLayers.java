package dev.parley.sfu.layers;

import dev.parley.sfu.rtp.DependencyDescriptor;
import dev.parley.sfu.rtp.DependencyStructure;
import org.jspecify.annotations.Nullable;

/**
 * What a packet tells of its frame's place among the layers of its stream, whichever descriptor told it. Reused; owned by
 * the shard.
 *
 * <p>With a dependency descriptor ({@link #hasFrameNumber()}) the frame is to each decode target what its indications
 * say. Without one there are the layer ids of VP8 (RFC 7741 §4.2) or VP9 (RFC 9628 §4.2) and their marks of where a
 * receiver may go up. Else the stream is one layer.
 */
public final class FrameLayers {
    private static final int BYTE = 0xFF;

    /** What was known of the layers when the packet was read. */
    private LayerIds ids = LayerIds.NONE;

    private int spatialId;
    private int temporalId;
    private boolean startOfFrame;
    private boolean endOfFrame;
    private boolean switchesUp;
    private boolean refersBack;

    private boolean described;
    private int frameNumber;
    /** {@code null} while the frame's template is not known. */
    private @Nullable DependencyStructure structure;

    private boolean structureAttached;
    private int activeTargets;
    private int activeTargetsBit;
    private int activeTargetsBits;
    /** Two bits a decode target. */
    private long indications;

    private int references;
    private final short[] referenceDistances = new short[DependencyStructure.MAX_FDIFFS];
    private final byte[] chainDistances = new byte[DependencyStructure.MAX_CHAINS];

    /** Where layer ids come from. */
    enum LayerIds {
        NONE,
        VP8,
        VP9,
        DESCRIPTOR
    }

    void clear() {
        ids = LayerIds.NONE;
        spatialId = 0;
        temporalId = 0;
        startOfFrame = false;
        endOfFrame = false;
        switchesUp = false;
        refersBack = true;
        described = false;
        structure = null;
        structureAttached = false;
        activeTargets = 0;
        activeTargetsBit = -1;
        activeTargetsBits = 0;
        references = 0;
    }

    void ids(LayerIds kind, int newSpatialId, int newTemporalId) {
        ids = kind;
        spatialId = Math.max(0, newSpatialId);
        temporalId = Math.max(0, newTemporalId);
    }

    void bounds(boolean start, boolean end) {
        startOfFrame = start;
        endOfFrame = end;
    }

    /**
     * @param up whether a receiver may go up in temporal layers here
     * @param back whether the frame refers to an earlier picture
     */
    void marks(boolean up, boolean back) {
        switchesUp = up;
        refersBack = back;
    }

    /** Takes what a dependency descriptor says; {@code active} are the decode targets active now. */
    void describe(DependencyDescriptor descriptor, @Nullable DependencyStructure current, int active) {
        described = true;
        frameNumber = descriptor.frameNumber();
        bounds(descriptor.startOfFrame(), descriptor.endOfFrame());
        structureAttached = descriptor.hasStructure();
        activeTargets = active;
        activeTargetsBit = descriptor.activeTargetsBit();
        activeTargetsBits = descriptor.activeTargetsBits();
        structure = descriptor.isFrameKnown() ? current : null;
        if (structure == null) {
            return;
        }
        ids(LayerIds.DESCRIPTOR, descriptor.spatialId(), descriptor.temporalId());
        indications = 0;
        for (int target = 0; target < structure.decodeTargetCount(); target++) {
            indications |= (long) descriptor.dti(target) << 2 * target;
        }
        references = descriptor.fdiffCount();
        for (int i = 0; i < references; i++) {
            referenceDistances[i] = (short) descriptor.fdiff(i);
        }
        for (int chain = 0; chain < structure.chainCount(); chain++) {
            chainDistances[chain] = (byte) descriptor.chainFdiff(chain);
        }
    }

    /** Takes over everything of another one. */
    public void copyFrom(FrameLayers other) {
        ids = other.ids;
        spatialId = other.spatialId;
        temporalId = other.temporalId;
        startOfFrame = other.startOfFrame;
        endOfFrame = other.endOfFrame;
        switchesUp = other.switchesUp;
        refersBack = other.refersBack;
        described = other.described;
        structure = other.structure;
        if (described) {
            frameNumber = other.frameNumber;
            structureAttached = other.structureAttached;
            activeTargets = other.activeTargets;
            activeTargetsBit = other.activeTargetsBit;
            activeTargetsBits = other.activeTargetsBits;
            indications = other.indications;
            references = other.references;
            System.arraycopy(other.referenceDistances, 0, referenceDistances, 0, references);
            int chains = structure == null ? 0 : structure.chainCount();
            System.arraycopy(other.chainDistances, 0, chainDistances, 0, chains);
        }
    }

    LayerIds ids() {
        return ids;
    }

    /** 0 where there is only one, or it is not told. */
    public int spatialId() {
        return spatialId;
    }

    /** 0 where there is only one, or it is not told. */
    public int temporalId() {
        return temporalId;
    }

    /** Whether the packet is the first of its frame. */
    public boolean startOfFrame() {
        return startOfFrame;
    }

    /** Whether the packet is the last of its frame; never for VP8, where only the marker tells. */
    public boolean endOfFrame() {
        return endOfFrame;
    }

    boolean switchesUp() {
        return switchesUp;
    }

    boolean refersBack() {
        return refersBack;
    }

    /** Whether there is a dependency descriptor, be its template known or not. */
    public boolean hasFrameNumber() {
        return described;
    }

    /** 0 to 65,535, from the dependency descriptor. */
    public int frameNumber() {
        return frameNumber;
    }

    /** The structure that the frame was read with, {@code null} when its template is not known. */
    public @Nullable DependencyStructure structure() {
        return structure;
    }

    /** Whether the packet brings a structure. */
    public boolean bringsStructure() {
        return described && structureAttached;
    }

    /** The decode targets that the publisher has active, bit by bit. */
    public int activeTargets() {
        return activeTargets;
    }

    /** See {@link DependencyDescriptor#activeTargetsBit()}. */
    public int activeTargetsBit() {
        return activeTargetsBit;
    }

    /** See {@link DependencyDescriptor#activeTargetsBits()}. */
    public int activeTargetsBits() {
        return activeTargetsBits;
    }

    /** What the frame is to a decode target: see {@link DependencyDescriptor#dti}. */
    int indication(int target) {
        return (int) (indications >>> 2 * target) & 0x03;
    }

    int references() {
        return references;
    }

    /** How many frames before this one a frame lies that it refers to. */
    int referenceDistance(int index) {
        return referenceDistances[index];
    }

    /** How many frames before this one the last frame of the chain lies; 0 when none is needed. */
    int chainDistance(int chain) {
        return chainDistances[chain] & BYTE;
    }
}
