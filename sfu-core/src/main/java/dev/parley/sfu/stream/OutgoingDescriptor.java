package dev.parley.sfu.stream;

import dev.parley.sfu.layers.FrameLayers;
import dev.parley.sfu.rtp.DependencyStructure;

/** What becomes of a packet's dependency descriptor on its way to one receiver. Reused; owned by the shard. */
final class OutgoingDescriptor {
    private boolean passes;
    private boolean tellsTargets;
    private int frameNumber;
    private int activeTargets;
    private int activeBit;
    private int activeBits;
    private int targetCount;

    /** The packet has none, or none that this receiver needs. */
    OutgoingDescriptor none() {
        passes = false;
        return this;
    }

    /** It goes on with another frame number. */
    OutgoingDescriptor renumbered(int newFrameNumber) {
        passes = true;
        tellsTargets = false;
        frameNumber = newFrameNumber;
        return this;
    }

    /** It says besides which decode targets the receiver gets, if there is a place for it to be said. */
    void tell(FrameLayers frame, int targets) {
        DependencyStructure structure = frame.structure();
        if (structure != null && frame.activeTargetsBit() >= 0) {
            tellsTargets = true;
            activeTargets = targets;
            activeBit = frame.activeTargetsBit();
            activeBits = frame.activeTargetsBits();
            targetCount = structure.decodeTargetCount();
        }
    }

    boolean passes() {
        return passes;
    }

    boolean tellsTargets() {
        return tellsTargets;
    }

    int frameNumber() {
        return frameNumber;
    }

    int activeTargets() {
        return activeTargets;
    }

    int activeBit() {
        return activeBit;
    }

    int activeBits() {
        return activeBits;
    }

    int targetCount() {
        return targetCount;
    }
}
