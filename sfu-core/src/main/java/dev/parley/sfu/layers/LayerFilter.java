package dev.parley.sfu.layers;

import dev.parley.sfu.layers.FrameLayers.LayerIds;
import dev.parley.sfu.rtp.DependencyDescriptor;
import dev.parley.sfu.rtp.DependencyStructure;
import org.jspecify.annotations.Nullable;

/**
 * Decides frame by frame which layers within one stream a receiver gets. It goes down as soon as what it goes down to has
 * been sent all along, and up where the stream says that a receiver may. Owned by the shard.
 *
 * <p>By dependency descriptor a frame goes on if it is part of the decode target in force. That one changes at the start
 * of a picture: to one whose frames were all part of the one before; else at a frame that is a switch indication of the
 * new target, if its references and the target's chain have been forwarded; else at a keyframe, which somebody has to
 * ask for ({@link #needsKeyframe()}). By the ids of VP8 and VP9 the bounds are moved instead, up at their own marks.
 *
 * <p>Example, L3T3_KEY: while S2 is forwarded S1 is not, but for keyframes. To go down to S1 takes a keyframe; until it
 * comes, only the lowest temporal layer of S2 is sent.
 */
public final class LayerFilter {
    /** No bound. */
    public static final int ALL = 7;

    private static final int NO_TARGET = -1;

    private int wantedSpatial = ALL;
    private int wantedTemporal = ALL;
    private int maxSpatial;
    private int maxTemporal;
    private int spatial = ALL;
    private int temporal = ALL;
    private boolean open = true;
    private boolean started;
    private final LayerChoices choices = new LayerChoices();

    private @Nullable DependencyStructure structure;
    private @Nullable FrameDecisions decisions;
    private boolean noting;
    private int target = NO_TARGET;
    private int best = NO_TARGET;
    private int bestOfActive;
    private int includedTargets;
    /** Whether the receiver has been told of fewer decode targets since it last got a structure. */
    private boolean toldTargets;

    private int activeTargets;
    private int changes;

    /** From here on another stream is forwarded, beginning with a keyframe. */
    public void restart() {
        started = false;
        choices.clear();
        structure = null;
        target = NO_TARGET;
        best = NO_TARGET;
        noting = false;
        toldTargets = false;
        spatial = wantedSpatial;
        temporal = wantedTemporal;
        reopen();
    }

    /** The highest layers that are wanted from now on. */
    public void want(int newSpatial, int newTemporal) {
        if (newSpatial != wantedSpatial || newTemporal != wantedTemporal) {
            wantedSpatial = newSpatial;
            wantedTemporal = newTemporal;
            best = NO_TARGET;
            if (!started) {
                spatial = newSpatial;
                temporal = newTemporal;
            }
            reopen();
        }
    }

    /** The highest layers that the stream has. */
    public void has(int newMaxSpatial, int newMaxTemporal) {
        maxSpatial = newMaxSpatial;
        maxTemporal = newMaxTemporal;
        reopen();
    }

    /** Streams of one spatial layer are open to all as long as nothing is dropped; so are those without descriptor. */
    private void reopen() {
        boolean allTemporal = wantedTemporal >= maxTemporal && temporal >= maxTemporal;
        boolean allSpatial = wantedSpatial >= maxSpatial && spatial >= maxSpatial;
        open = allTemporal && allSpatial && (structure == null || maxSpatial == 0);
    }

    /** Whether every packet goes on as it is, so that there is nothing to ask. */
    public boolean isOpen() {
        return open;
    }

    /** Whether what is wanted can only be had from a keyframe on. */
    public boolean needsKeyframe() {
        DependencyStructure current = structure;
        if (current == null) {
            return started && maxSpatial > 0 && Math.min(wantedSpatial, maxSpatial) > spatial;
        }
        return best != NO_TARGET
                && target != best
                && current.decodeTargetSpatialId(best) != current.decodeTargetSpatialId(target);
    }

    /** Counts the changes of what {@link #spatial}, {@link #temporal} and {@link #activeTargets} say. */
    public int changes() {
        return changes;
    }

    /** The highest spatial layer forwarded now. */
    public int spatial() {
        return spatial;
    }

    public int temporal() {
        return temporal;
    }

    /**
     * Whether the frame of a packet that came in order goes on.
     *
     * @param newPicture whether the packets before it are of another picture
     */
    public boolean passes(FrameLayers frame, int timestamp, boolean newPicture) {
        boolean passes = switch (frame.ids()) {
            case NONE -> true;
            case VP8, VP9 -> passesById(frame, newPicture || !started);
            case DESCRIPTOR -> passesByDescriptor(frame, newPicture || !started);
        };
        started = true;
        choices.note(timestamp, spatial, temporal, target);
        return passes;
    }

    /** The same for one that came late, by what was forwarded of its picture. Changes nothing. */
    public boolean passesLate(FrameLayers frame, int timestamp) {
        if (frame.ids() == LayerIds.NONE) {
            return true;
        }
        FrameDecisions noted = decisions;
        boolean described = frame.structure() != null && frame.structure() == structure;
        if (described && noting && noted != null && noted.isKnown(frame.frameNumber())) {
            return noted.isForwarded(frame.frameNumber());
        }
        int then = choices.of(timestamp);
        if (then == LayerChoices.NONE) {
            return true;
        }
        int thenTarget = choices.target(then);
        return described && thenTarget != NO_TARGET
                ? frame.indication(thenTarget) != DependencyDescriptor.NOT_PRESENT
                : frame.spatialId() <= choices.spatial(then) && frame.temporalId() <= choices.temporal(then);
    }

    /** The highest spatial layer that was forwarded of a picture. */
    public int spatialOf(int timestamp) {
        int then = choices.of(timestamp);
        return then == LayerChoices.NONE ? spatial : choices.spatial(then);
    }

    // --- by layer ids ---------------------------------------------------------------------------------------------

    private boolean passesById(FrameLayers frame, boolean newPicture) {
        if (newPicture && (spatial > wantedSpatial || temporal > wantedTemporal)) {
            changes++;
            spatial = Math.min(spatial, wantedSpatial);
            temporal = Math.min(temporal, wantedTemporal);
            reopen();
        }
        // Of VP9 each packet says what its frame refers to, so that the first one may be missing yet.
        boolean tells = frame.startOfFrame() || newPicture && frame.ids() == LayerIds.VP9;
        if (tells && (spatial < wantedSpatial || temporal < wantedTemporal)) {
            goUpById(frame);
        }
        return frame.spatialId() <= spatial && frame.temporalId() <= temporal;
    }

    private void goUpById(FrameLayers frame) {
        int before = temporal << 3 | spatial;
        boolean vp9 = frame.ids() == LayerIds.VP9;
        if (!frame.refersBack() && frame.spatialId() == 0) {
            spatial = wantedSpatial;
            temporal = wantedTemporal;
        } else if (vp9 && frame.switchesUp() && frame.temporalId() <= temporal) {
            // §4.2: later pictures of higher layers refer to no earlier one of those.
            temporal = wantedTemporal;
        } else if (!vp9 && frame.switchesUp() && frame.temporalId() == temporal + 1 && temporal < wantedTemporal) {
            // RFC 7741 §4.2: with Y 1 it refers to the base layer alone, and its successors to it.
            temporal++;
        }
        if (temporal >= maxTemporal && wantedTemporal >= maxTemporal) {
            temporal = wantedTemporal;
        }
        changes += before == (temporal << 3 | spatial) ? 0 : 1;
        reopen();
    }

    // --- by dependency descriptor ---------------------------------------------------------------------------------

    private boolean passesByDescriptor(FrameLayers frame, boolean newPicture) {
        DependencyStructure current = frame.structure();
        if (current == null) {
            return true;
        }
        if (current != structure || frame.bringsStructure() && frame.startOfFrame()) {
            begin(current, frame);
        }
        if (frame.activeTargets() != activeTargets) {
            activeTargets = frame.activeTargets();
            changes++;
        }
        if (open) {
            noting = false;
            return true;
        }
        FrameDecisions noted = decisions(frame);
        if (noted.isKnown(frame.frameNumber())) {
            return noted.isForwarded(frame.frameNumber());
        }
        if (newPicture && frame.startOfFrame()) {
            retarget(current, frame, noted);
        }
        boolean passes = frame.indication(target) != DependencyDescriptor.NOT_PRESENT;
        noted.note(frame, passes, current.chainCount(), current.protectingChain(target));
        return passes;
    }

    private void begin(DependencyStructure current, FrameLayers frame) {
        structure = current;
        maxSpatial = current.maxSpatialId();
        maxTemporal = current.maxTemporalId();
        toldTargets = false;
        noting = false;
        best = bestTarget(current, frame.activeTargets());
        aim(current, best);
    }

    private FrameDecisions decisions(FrameLayers frame) {
        FrameDecisions noted = decisions;
        if (noted == null) {
            noted = new FrameDecisions();
            decisions = noted;
        }
        if (!noting) {
            noting = true;
            noted.begin(frame.frameNumber());
        }
        return noted;
    }

    private void retarget(DependencyStructure current, FrameLayers frame, FrameDecisions noted) {
        if (best == NO_TARGET || bestOfActive != frame.activeTargets()) {
            best = bestTarget(current, frame.activeTargets());
        }
        if (target == best) {
            return;
        }
        int reached = NO_TARGET;
        for (int candidate = 0; candidate < current.decodeTargetCount(); candidate++) {
            if (isWanted(current, candidate, frame.activeTargets())
                    && (reached == NO_TARGET || isHigher(current, candidate, reached))
                    && isReachable(current, candidate, frame, noted)) {
                reached = candidate;
            }
        }
        aim(current, reached == NO_TARGET ? lowestOfThisLayer(current) : reached);
    }

    /** What can be had at once of the spatial layer that has to go on until a keyframe comes. */
    private int lowestOfThisLayer(DependencyStructure current) {
        int lowest = target;
        for (int candidate = 0; candidate < current.decodeTargetCount(); candidate++) {
            boolean sameLayer = current.decodeTargetSpatialId(candidate) == current.decodeTargetSpatialId(target);
            if (sameLayer && isHigher(current, lowest, candidate) && includes(current, target, candidate)) {
                lowest = candidate;
            }
        }
        return lowest;
    }

    private void aim(DependencyStructure current, int newTarget) {
        target = newTarget;
        changes++;
        boolean highest = newTarget == bestTarget(current, -1, ALL, ALL);
        spatial = highest ? ALL : current.decodeTargetSpatialId(newTarget);
        temporal = highest ? ALL : current.decodeTargetTemporalId(newTarget);
        includedTargets = 0;
        for (int other = 0; other < current.decodeTargetCount(); other++) {
            includedTargets |= includes(current, newTarget, other) ? 1 << other : 0;
        }
        reopen();
    }

    private int bestTarget(DependencyStructure current, int activeTargets) {
        bestOfActive = activeTargets;
        int found = bestTarget(current, activeTargets, wantedSpatial, wantedTemporal);
        // Better more than is wanted than nothing, where the publisher sends upper layers only.
        return found == NO_TARGET ? bestTarget(current, -1, ALL, ALL) : found;
    }

    private static int bestTarget(DependencyStructure current, int activeTargets, int maxS, int maxT) {
        int found = NO_TARGET;
        for (int candidate = 0; candidate < current.decodeTargetCount(); candidate++) {
            boolean wanted = (activeTargets >>> candidate & 1) != 0
                    && current.decodeTargetSpatialId(candidate) <= maxS
                    && current.decodeTargetTemporalId(candidate) <= maxT;
            if (wanted && (found == NO_TARGET || isHigher(current, candidate, found))) {
                found = candidate;
            }
        }
        return found;
    }

    private boolean isWanted(DependencyStructure current, int candidate, int activeTargets) {
        return (activeTargets >>> candidate & 1) != 0
                && current.decodeTargetSpatialId(candidate) <= wantedSpatial
                && current.decodeTargetTemporalId(candidate) <= wantedTemporal;
    }

    private static boolean isHigher(DependencyStructure current, int one, int other) {
        int spatials = current.decodeTargetSpatialId(one) - current.decodeTargetSpatialId(other);
        int temporals = current.decodeTargetTemporalId(one) - current.decodeTargetTemporalId(other);
        return spatials > 0 || spatials == 0 && temporals > 0;
    }

    private boolean isReachable(DependencyStructure current, int candidate, FrameLayers frame, FrameDecisions noted) {
        if (candidate == target || includes(current, target, candidate)) {
            return true;
        }
        int chain = current.protectingChain(candidate);
        return frame.indication(candidate) == DependencyDescriptor.SWITCH
                && (chain < 0 || noted.isWhole(frame, chain, current.protectingChain(target)))
                && noted.hasReferences(frame);
    }

    /** Whether every frame of {@code inner} is one of {@code outer} too. */
    private static boolean includes(DependencyStructure current, int outer, int inner) {
        for (int template = 0; template < current.templateCount(); template++) {
            if (current.dti(template, inner) != DependencyDescriptor.NOT_PRESENT
                    && current.dti(template, outer) == DependencyDescriptor.NOT_PRESENT) {
                return false;
            }
        }
        return true;
    }

    // --- what packets have to say ---------------------------------------------------------------------------------

    /**
     * Whether the descriptor has to say which decode targets the receiver gets, as they are not those that the source has
     * active; {@link #activeTargets} then.
     */
    public boolean tellsTargets(FrameLayers frame) {
        if (open || structure == null || frame.structure() != structure) {
            return false;
        }
        toldTargets |= activeTargets(frame) != frame.activeTargets();
        return toldTargets;
    }

    /** Bit by bit those of the source's active decode targets of which every frame is forwarded. */
    public int activeTargets(FrameLayers frame) {
        return frame.activeTargets() & includedTargets;
    }
}
