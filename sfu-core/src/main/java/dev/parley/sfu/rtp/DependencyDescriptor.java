package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The dependency descriptor of a packet (AV1 RTP specification, appendix A): which frame it belongs to and what that
 * frame is to each decode target, readable even though the payload is encrypted. Reused by the shard's thread.
 *
 * <p>A descriptor refers to the structure that came with the start of its coded video sequence; the caller keeps that
 * one and passes it in. Without it, or when the frame refers to none of its templates since a newer one was lost, only
 * the mandatory fields are known: {@link #isFrameKnown()} is false.
 */
public final class DependencyDescriptor {
    /** Bytes of the fields that every packet carries. */
    public static final int MANDATORY_LENGTH = 3;

    /** The frame is no part of the decode target. */
    public static final int NOT_PRESENT = 0;
    /** No other frame of the decode target refers to the frame. */
    public static final int DISCARDABLE = 1;
    /** From this frame on, if it can be decoded, all frames of the decode target can be. */
    public static final int SWITCH = 2;
    /** The frame is needed by others of the decode target. */
    public static final int REQUIRED = 3;

    private final BitReader bits = new BitReader();
    private final DependencyStructure attached = new DependencyStructure();
    private final int[] frameDtis = new int[DependencyStructure.MAX_DECODE_TARGETS];
    private final int[] frameFdiffs = new int[DependencyStructure.MAX_FDIFFS];
    private final int[] frameChainFdiffs = new int[DependencyStructure.MAX_CHAINS];
    private @Nullable DependencyStructure structure;
    private boolean startOfFrame;
    private boolean endOfFrame;
    private int templateId;
    private int frameNumber;
    private boolean structureAttached;
    private boolean activeDecodeTargetsKnown;
    private int activeDecodeTargets;
    private int activeTargetsBit;
    private int activeTargetsBits;
    private int template;
    private int fdiffCount;

    /**
     * Reads the descriptor of a packet.
     *
     * @param extensionId the extension's id, 0 when it was not negotiated
     * @param known the structure that came last, or {@code null}; must not be changed while this descriptor is read
     * @return false when the packet has no descriptor, or a malformed one
     */
    public boolean wrap(RtpPacket rtp, int extensionId, @Nullable DependencyStructure known) {
        int length = extensionId == 0 ? -1 : rtp.extensionLength(extensionId);
        return length >= 0 && wrap(rtp.packet(), rtp.extensionOffset(extensionId), length, known);
    }

    public boolean wrap(PacketBuffer packet, int offset, int length, @Nullable DependencyStructure known) {
        clear();
        if (length < MANDATORY_LENGTH) {
            return false;
        }
        bits.wrap(packet, offset, length);
        startOfFrame = bits.readFlag();
        endOfFrame = bits.readFlag();
        templateId = bits.read(6);
        frameNumber = bits.read(16);
        if (readRest(length, known)) {
            return true;
        }
        clear();
        return false;
    }

    private void clear() {
        structure = null;
        structureAttached = false;
        activeDecodeTargetsKnown = false;
        activeDecodeTargets = 0;
        activeTargetsBit = -1;
        activeTargetsBits = 0;
        template = -1;
        fdiffCount = 0;
    }

    private boolean readRest(int length, @Nullable DependencyStructure known) {
        boolean extended = length > MANDATORY_LENGTH;
        int startBit = bits.position() - 8 * MANDATORY_LENGTH;
        structureAttached = extended && bits.readFlag();
        boolean activeTargetsPresent = extended && bits.readFlag();
        boolean customDtis = extended && bits.readFlag();
        boolean customFdiffs = extended && bits.readFlag();
        boolean customChains = extended && bits.readFlag();
        if (structureAttached && !attached.read(bits)) {
            return false;
        }
        DependencyStructure current = structureAttached ? attached : known;
        if (current == null || current.isEmpty()) {
            return true;
        }
        if (structureAttached) {
            activeDecodeTargetsKnown = true;
            // A shift by 32 would be one by 0.
            activeDecodeTargets = -1 >>> 32 - current.decodeTargetCount();
        }
        int index = current.templateIndex(templateId);
        if (index < 0) {
            // A frame of another structure: the count of decode targets, and so all that follows, is unknown.
            return !structureAttached;
        }
        activeTargetsBit = bits.position() - startBit;
        if (activeTargetsPresent) {
            activeTargetsBits = current.decodeTargetCount();
            activeDecodeTargetsKnown = true;
            activeDecodeTargets = bits.read(current.decodeTargetCount());
        }
        return readFrame(current, index, customDtis, customFdiffs, customChains);
    }

    private boolean readFrame(
            DependencyStructure current, int index, boolean customDtis, boolean customFdiffs, boolean customChains) {
        for (int target = 0; target < current.decodeTargetCount(); target++) {
            frameDtis[target] = customDtis ? bits.read(2) : current.dti(index, target);
        }
        if (!(customFdiffs ? readFdiffs() : takeFdiffs(current, index))) {
            return false;
        }
        for (int chain = 0; chain < current.chainCount(); chain++) {
            frameChainFdiffs[chain] = customChains ? bits.read(8) : current.chainFdiff(index, chain);
        }
        if (bits.overrun()) {
            return false;
        }
        structure = current;
        template = index;
        return true;
    }

    private boolean readFdiffs() {
        int size = bits.read(2);
        while (size != 0) {
            if (fdiffCount == frameFdiffs.length) {
                return false;
            }
            frameFdiffs[fdiffCount++] = bits.read(4 * size) + 1;
            size = bits.read(2);
        }
        return true;
    }

    private boolean takeFdiffs(DependencyStructure current, int index) {
        fdiffCount = current.fdiffCount(index);
        for (int i = 0; i < fdiffCount; i++) {
            frameFdiffs[i] = current.fdiff(index, i);
        }
        return true;
    }

    /** Whether the packet is the first of its frame. */
    public boolean startOfFrame() {
        return startOfFrame;
    }

    /** Whether the packet is the last of its frame. */
    public boolean endOfFrame() {
        return endOfFrame;
    }

    /** 0 to 63. */
    public int templateId() {
        return templateId;
    }

    /** 0 to 65,535, rising in decode order. */
    public int frameNumber() {
        return frameNumber;
    }

    /** Whether the packet brings a new structure, as the first of a coded video sequence does. */
    public boolean hasStructure() {
        return structureAttached;
    }

    /** The structure that the packet brings; valid until the next {@code wrap}, and only if {@link #hasStructure()}. */
    public DependencyStructure attachedStructure() {
        if (!structureAttached) {
            throw new IllegalStateException("the packet brings no structure");
        }
        return attached;
    }

    /** Whether the packet starts a coded video sequence, hence a keyframe. */
    public boolean keyframeStart() {
        return startOfFrame && structureAttached;
    }

    /** Whether the packet says which decode targets are active, be it that a new structure makes all of them so. */
    public boolean hasActiveDecodeTargets() {
        return activeDecodeTargetsKnown;
    }

    /** Bit i for decode target i; what the last packet said holds until another one says (§A.4). */
    public int activeDecodeTargets() {
        return activeDecodeTargets;
    }

    /** The bit of the descriptor at which the active decode targets are or would be; -1 when that cannot be told. */
    public int activeTargetsBit() {
        return activeTargetsBit;
    }

    /** How many bits they take there, 0 while the packet does not tell them. */
    public int activeTargetsBits() {
        return activeTargetsBits;
    }

    /** Whether the frame's template is known, and with it all that follows. */
    public boolean isFrameKnown() {
        return template >= 0;
    }

    public int spatialId() {
        return structure().spatialId(template);
    }

    public int temporalId() {
        return structure().temporalId(template);
    }

    /** What the frame is to a decode target: {@link #NOT_PRESENT} to {@link #REQUIRED}. */
    public int dti(int decodeTarget) {
        return frameDtis[Objects.checkIndex(decodeTarget, structure().decodeTargetCount())];
    }

    /** How many frames the frame refers to. */
    public int fdiffCount() {
        return fdiffCount;
    }

    /** How many frames before this one a referred frame lies, 1 to 4,096. */
    public int fdiff(int index) {
        return frameFdiffs[Objects.checkIndex(index, fdiffCount)];
    }

    /** How many frames before this one the last frame of the chain lies, 0 to 255; 0 when none is needed. */
    public int chainFdiff(int chain) {
        return frameChainFdiffs[Objects.checkIndex(chain, structure().chainCount())];
    }

    /** The structure that the frame was read with. */
    public DependencyStructure structure() {
        DependencyStructure current = structure;
        if (current == null) {
            throw new IllegalStateException("the frame's structure is not known");
        }
        return current;
    }
}
