package dev.parley.sfu.rtp;

import java.util.Arrays;
import java.util.Objects;

/**
 * A frame dependency structure (AV1 RTP specification §A.8, {@code template_dependency_structure}): the templates that
 * the dependency descriptors of a coded video sequence refer to. A reusable object of one shard's thread: an ingress
 * stream keeps one and copies each new structure into it.
 *
 * <p>At most 8 spatial and 8 temporal layers and 16 frame differences a template; more is taken for malformed.
 */
public final class DependencyStructure {
    public static final int MAX_TEMPLATES = 64;
    public static final int MAX_DECODE_TARGETS = 32;
    public static final int MAX_CHAINS = 32;
    public static final int MAX_FDIFFS = 16;
    public static final int MAX_SPATIAL_LAYERS = 8;
    public static final int MAX_TEMPORAL_LAYERS = 8;

    private static final int SAME_LAYER = 0;
    private static final int NEXT_TEMPORAL_LAYER = 1;
    private static final int NEXT_SPATIAL_LAYER = 2;

    private final byte[] spatialIds = new byte[MAX_TEMPLATES];
    private final byte[] temporalIds = new byte[MAX_TEMPLATES];
    private final byte[] dtis = new byte[MAX_TEMPLATES * MAX_DECODE_TARGETS];
    private final byte[] fdiffCounts = new byte[MAX_TEMPLATES];
    private final byte[] fdiffs = new byte[MAX_TEMPLATES * MAX_FDIFFS];
    private final byte[] chainFdiffs = new byte[MAX_TEMPLATES * MAX_CHAINS];
    private final byte[] protectingChains = new byte[MAX_DECODE_TARGETS];
    private final byte[] targetSpatialIds = new byte[MAX_DECODE_TARGETS];
    private final byte[] targetTemporalIds = new byte[MAX_DECODE_TARGETS];
    private final int[] widths = new int[MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[MAX_SPATIAL_LAYERS];
    private int templateIdOffset;
    private int templateCount;
    private int decodeTargetCount;
    private int chainCount;
    private int maxSpatialId;
    private int maxTemporalId;
    private boolean hasResolutions;

    /** Reads a structure in place of this one. False when it is malformed; this one is empty then. */
    boolean read(BitReader bits) {
        clear();
        templateIdOffset = bits.read(6);
        decodeTargetCount = bits.read(5) + 1;
        boolean sound = readLayers(bits) && readDtis(bits) && readFdiffs(bits) && readChains(bits);
        if (!sound) {
            clear();
            return false;
        }
        deriveDecodeTargetLayers();
        readResolutions(bits);
        if (bits.overrun()) {
            clear();
            return false;
        }
        return true;
    }

    /** Forgets everything: no templates are known. */
    public void clear() {
        templateIdOffset = 0;
        templateCount = 0;
        decodeTargetCount = 0;
        chainCount = 0;
        maxSpatialId = 0;
        maxTemporalId = 0;
        hasResolutions = false;
    }

    private boolean readLayers(BitReader bits) {
        int spatialId = 0;
        int temporalId = 0;
        while (templateCount < MAX_TEMPLATES
                && spatialId < MAX_SPATIAL_LAYERS
                && temporalId < MAX_TEMPORAL_LAYERS
                && !bits.overrun()) {
            spatialIds[templateCount] = (byte) spatialId;
            temporalIds[templateCount] = (byte) temporalId;
            templateCount++;
            maxSpatialId = spatialId;
            maxTemporalId = Math.max(maxTemporalId, temporalId);
            switch (bits.read(2)) {
                case SAME_LAYER -> {}
                case NEXT_TEMPORAL_LAYER -> temporalId++;
                case NEXT_SPATIAL_LAYER -> {
                    temporalId = 0;
                    spatialId++;
                }
                default -> {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean readDtis(BitReader bits) {
        for (int template = 0; template < templateCount; template++) {
            for (int target = 0; target < decodeTargetCount; target++) {
                dtis[template * MAX_DECODE_TARGETS + target] = (byte) bits.read(2);
            }
        }
        return !bits.overrun();
    }

    private boolean readFdiffs(BitReader bits) {
        for (int template = 0; template < templateCount; template++) {
            int count = 0;
            while (bits.readFlag()) {
                if (count == MAX_FDIFFS) {
                    return false;
                }
                fdiffs[template * MAX_FDIFFS + count++] = (byte) (bits.read(4) + 1);
            }
            fdiffCounts[template] = (byte) count;
        }
        return !bits.overrun();
    }

    private boolean readChains(BitReader bits) {
        chainCount = bits.readNonSymmetric(decodeTargetCount + 1);
        if (chainCount == 0) {
            return true;
        }
        for (int target = 0; target < decodeTargetCount; target++) {
            protectingChains[target] = (byte) bits.readNonSymmetric(chainCount);
        }
        for (int template = 0; template < templateCount; template++) {
            for (int chain = 0; chain < chainCount; chain++) {
                chainFdiffs[template * MAX_CHAINS + chain] = (byte) bits.read(4);
            }
        }
        return !bits.overrun();
    }

    private void deriveDecodeTargetLayers() {
        for (int target = 0; target < decodeTargetCount; target++) {
            int spatialId = 0;
            int temporalId = 0;
            for (int template = 0; template < templateCount; template++) {
                if (dtis[template * MAX_DECODE_TARGETS + target] != DependencyDescriptor.NOT_PRESENT) {
                    spatialId = Math.max(spatialId, spatialIds[template]);
                    temporalId = Math.max(temporalId, temporalIds[template]);
                }
            }
            targetSpatialIds[target] = (byte) spatialId;
            targetTemporalIds[target] = (byte) temporalId;
        }
    }

    private void readResolutions(BitReader bits) {
        hasResolutions = bits.readFlag();
        for (int spatialId = 0; hasResolutions && spatialId <= maxSpatialId; spatialId++) {
            widths[spatialId] = bits.read(16) + 1;
            heights[spatialId] = bits.read(16) + 1;
        }
    }

    /** Takes over everything of another structure, so that its packet can go. */
    public void copyFrom(DependencyStructure other) {
        System.arraycopy(other.spatialIds, 0, spatialIds, 0, spatialIds.length);
        System.arraycopy(other.temporalIds, 0, temporalIds, 0, temporalIds.length);
        System.arraycopy(other.dtis, 0, dtis, 0, dtis.length);
        System.arraycopy(other.fdiffCounts, 0, fdiffCounts, 0, fdiffCounts.length);
        System.arraycopy(other.fdiffs, 0, fdiffs, 0, fdiffs.length);
        System.arraycopy(other.chainFdiffs, 0, chainFdiffs, 0, chainFdiffs.length);
        System.arraycopy(other.protectingChains, 0, protectingChains, 0, protectingChains.length);
        System.arraycopy(other.targetSpatialIds, 0, targetSpatialIds, 0, targetSpatialIds.length);
        System.arraycopy(other.targetTemporalIds, 0, targetTemporalIds, 0, targetTemporalIds.length);
        System.arraycopy(other.widths, 0, widths, 0, widths.length);
        System.arraycopy(other.heights, 0, heights, 0, heights.length);
        templateIdOffset = other.templateIdOffset;
        templateCount = other.templateCount;
        decodeTargetCount = other.decodeTargetCount;
        chainCount = other.chainCount;
        maxSpatialId = other.maxSpatialId;
        maxTemporalId = other.maxTemporalId;
        hasResolutions = other.hasResolutions;
    }

    /** Whether the two differ in nothing but the sizes of pictures. */
    public boolean hasSameTemplatesAs(DependencyStructure other) {
        boolean sameCounts = templateIdOffset == other.templateIdOffset
                && templateCount == other.templateCount
                && decodeTargetCount == other.decodeTargetCount
                && chainCount == other.chainCount;
        if (!sameCounts
                || !startsAlike(protectingChains, other.protectingChains, chainCount == 0 ? 0 : decodeTargetCount)) {
            return false;
        }
        boolean same = startsAlike(spatialIds, other.spatialIds, templateCount)
                && startsAlike(temporalIds, other.temporalIds, templateCount)
                && startsAlike(fdiffCounts, other.fdiffCounts, templateCount);
        for (int i = 0; same && i < templateCount; i++) {
            same = rowsAlike(dtis, other.dtis, i * MAX_DECODE_TARGETS, decodeTargetCount)
                    && rowsAlike(fdiffs, other.fdiffs, i * MAX_FDIFFS, fdiffCounts[i])
                    && rowsAlike(chainFdiffs, other.chainFdiffs, i * MAX_CHAINS, chainCount);
        }
        return same;
    }

    private static boolean startsAlike(byte[] one, byte[] other, int count) {
        return rowsAlike(one, other, 0, count);
    }

    private static boolean rowsAlike(byte[] one, byte[] other, int from, int count) {
        return Arrays.equals(one, from, from + count, other, from, from + count);
    }

    /** Whether no structure was read yet. */
    public boolean isEmpty() {
        return templateCount == 0;
    }

    /** The template of a frame's template id, or -1 when it is none of this structure. */
    public int templateIndex(int templateId) {
        int index = templateId - templateIdOffset & 0x3F;
        return index < templateCount ? index : -1;
    }

    /** The id of the first template; equal for two structures only if they are the same in everything. */
    public int templateIdOffset() {
        return templateIdOffset;
    }

    public int templateCount() {
        return templateCount;
    }

    public int decodeTargetCount() {
        return decodeTargetCount;
    }

    /** 0 when decode targets are not protected by chains. */
    public int chainCount() {
        return chainCount;
    }

    public int maxSpatialId() {
        return maxSpatialId;
    }

    public int maxTemporalId() {
        return maxTemporalId;
    }

    public int spatialId(int template) {
        return spatialIds[template(template)];
    }

    public int temporalId(int template) {
        return temporalIds[template(template)];
    }

    /** What a frame of this template is to a decode target: one of the constants of {@link DependencyDescriptor}. */
    public int dti(int template, int decodeTarget) {
        return dtis[template(template) * MAX_DECODE_TARGETS + target(decodeTarget)];
    }

    /** How many frames a frame of this template refers to. */
    public int fdiffCount(int template) {
        return fdiffCounts[template(template)];
    }

    /** How many frames before it the referred one lies, 1 to 16. */
    public int fdiff(int template, int index) {
        return fdiffs[template(template) * MAX_FDIFFS + Objects.checkIndex(index, fdiffCounts[template])];
    }

    /** How many frames before it the last one of the chain lies, 0 to 15; 0 when none is needed. */
    public int chainFdiff(int template, int chain) {
        return chainFdiffs[template(template) * MAX_CHAINS + Objects.checkIndex(chain, chainCount)];
    }

    /** The chain that protects a decode target, -1 when there are no chains. */
    public int protectingChain(int decodeTarget) {
        return chainCount == 0 ? -1 : protectingChains[target(decodeTarget)];
    }

    /** The highest spatial layer that a decode target needs. */
    public int decodeTargetSpatialId(int decodeTarget) {
        return targetSpatialIds[target(decodeTarget)];
    }

    /** The highest temporal layer that a decode target needs. */
    public int decodeTargetTemporalId(int decodeTarget) {
        return targetTemporalIds[target(decodeTarget)];
    }

    public boolean hasResolutions() {
        return hasResolutions;
    }

    /** The largest width of a spatial layer in pixels, 0 when unknown. */
    public int width(int spatialId) {
        return hasResolutions && spatialId <= maxSpatialId ? widths[spatialId] : 0;
    }

    /** The largest height of a spatial layer in pixels, 0 when unknown. */
    public int height(int spatialId) {
        return hasResolutions && spatialId <= maxSpatialId ? heights[spatialId] : 0;
    }

    private int template(int index) {
        return Objects.checkIndex(index, templateCount);
    }

    private int target(int index) {
        return Objects.checkIndex(index, decodeTargetCount);
    }

    @Override
    public String toString() {
        return "DependencyStructure[templateIdOffset=" + templateIdOffset + ", templates=" + templateCount
                + ", decodeTargets=" + decodeTargetCount + ", chains=" + chainCount + ", spatialIds="
                + Arrays.toString(Arrays.copyOf(spatialIds, templateCount)) + ", temporalIds="
                + Arrays.toString(Arrays.copyOf(temporalIds, templateCount)) + "]";
    }
}
