package dev.parley.sfu.layers;

import java.util.Arrays;

/**
 * Which of a stream's last frames went on to one receiver, and with each of them which chains had come there unbroken
 * (AV1 RTP specification, §A.4). Owned by the shard.
 *
 * <p>Example with a chain each for layers S0 and S1, of which S0 alone is forwarded: frame 1 (S0, a keyframe) leaves both
 * whole, frame 2 (S1) is dropped, and frame 3 (S0), before which chain 1 had frame 2, is whole in chain 0 only.
 */
final class FrameDecisions {
    /** A chain reaches back at most so far. */
    private static final int FRAMES = 256;

    private static final int NONE = -1;
    private static final int FORWARDED = 1 << 16;

    /** The frame number, with {@link #FORWARDED}. */
    private final int[] frames = new int[FRAMES];

    /** The chains that are whole up to and with the frame. */
    private final int[] whole = new int[FRAMES];
    /** Frames before this one have all been forwarded. */
    private int since;

    FrameDecisions() {
        Arrays.fill(frames, NONE);
    }

    /** From {@code frameNumber} on decisions are noted; until now everything was forwarded, or nothing is referred to. */
    void begin(int frameNumber) {
        Arrays.fill(frames, NONE);
        since = frameNumber;
    }

    boolean isKnown(int frameNumber) {
        int entry = frames[frameNumber & FRAMES - 1];
        return entry != NONE && (entry & 0xFFFF) == frameNumber;
    }

    /** Whether the frame was forwarded; not if it has never come. */
    boolean isForwarded(int frameNumber) {
        return isKnown(frameNumber)
                ? (frames[frameNumber & FRAMES - 1] & FORWARDED) != 0
                : (short) (frameNumber - since) < 0;
    }

    /**
     * Whether all of the chain before the frame has been forwarded.
     *
     * @param repaired the chain whose lost frames will be repaired, since the receiver waits for them
     */
    boolean isWhole(FrameLayers frame, int chain, int repaired) {
        int distance = frame.chainDistance(chain);
        if (distance == 0) {
            return true;
        }
        int previous = frame.frameNumber() - distance & 0xFFFF;
        if (isKnown(previous)) {
            return isForwarded(previous) && (whole[previous & FRAMES - 1] >>> chain & 1) != 0;
        }
        return (short) (previous - since) < 0 || chain == repaired;
    }

    /** Whether all that the frame refers to was forwarded. */
    boolean hasReferences(FrameLayers frame) {
        for (int i = 0; i < frame.references(); i++) {
            if (!isForwarded(frame.frameNumber() - frame.referenceDistance(i) & 0xFFFF)) {
                return false;
            }
        }
        return true;
    }

    void note(FrameLayers frame, boolean forwarded, int chains, int repaired) {
        int slot = frame.frameNumber() & FRAMES - 1;
        int mask = 0;
        for (int chain = 0; forwarded && chain < chains; chain++) {
            mask |= isWhole(frame, chain, repaired) ? 1 << chain : 0;
        }
        whole[slot] = mask;
        frames[slot] = frame.frameNumber() | (forwarded ? FORWARDED : 0);
    }
}
