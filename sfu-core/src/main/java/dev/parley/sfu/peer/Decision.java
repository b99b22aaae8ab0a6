package dev.parley.sfu.peer;

import dev.parley.sfu.congestion.EstimateCause;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the server has decided for a subscriber, with the figures that it was decided by. Reused: a
 * {@link DecisionLog} has a fixed number of them.
 */
final class Decision {
    /** What was decided. */
    enum Kind {
        /** Other layers of a track are forwarded from now on. */
        SWITCH,
        /** A slot gets nothing from now on, or something again. */
        PAUSE,
        RESUME,
        /** A slot has been given another step of its track, which may take a keyframe to begin. */
        ALLOCATION,
        ESTIMATE,
        PROBE,
        PROBED,
        /** The publisher is asked for a keyframe, or will be. */
        KEYFRAME_REQUEST
    }

    /** Why. */
    enum Cause {
        /** The slot has been given another track. */
        SUBSCRIBED,
        ESTIMATE_FELL,
        ESTIMATE_ROSE,
        /** The client shows the track in another size, or has changed its priority. */
        HINT,
        /** The publisher has stopped a layer, or sends one more; or a layer's rate has changed. */
        PUBLISHER,
        /** Other tracks take more or less of the estimate. */
        SHARE,
        /** More tracks than a subscriber may get. */
        LAST_N,
        /** What had been decided has taken effect. */
        KEYFRAME,
        /** A keyframe is asked for, as nothing of the track is forwarded yet. */
        FIRST_PICTURE,
        /** The same, as other layers are to be forwarded. */
        LAYERS,
        /** The same, as the beginning of the last one came too late to be of use. */
        LATE_START,
        /** The same, as the subscriber has asked for one. */
        RECEIVER,
        /** For what is not about a slot. */
        NONE
    }

    long atNs;
    Kind kind = Kind.ESTIMATE;
    Cause cause = Cause.NONE;
    EstimateCause estimateCause = EstimateCause.START;

    @Nullable
    String mid;

    @Nullable
    String trackId;

    int fromWidthPx;
    int fromHeightPx;
    long fromBps;
    int toWidthPx;
    int toHeightPx;
    int toFramesPerSecond;
    long toBps;
    /** For {@link Kind#ESTIMATE} the new one; else the one in force. */
    long estimateBps;

    long previousBps;
    double queueDelayMs;
    double lossShare;
    long rttNs;
    /** Video tracks that share the estimate. */
    int tracks;
    /** How long a request has to wait, as the publisher has just been asked for somebody else. */
    long waitNs;

    void clear() {
        kind = Kind.ESTIMATE;
        cause = Cause.NONE;
        estimateCause = EstimateCause.START;
        mid = null;
        trackId = null;
        fromWidthPx = 0;
        fromHeightPx = 0;
        fromBps = 0;
        toWidthPx = 0;
        toHeightPx = 0;
        toFramesPerSecond = 0;
        toBps = 0;
        estimateBps = 0;
        previousBps = 0;
        queueDelayMs = 0;
        lossShare = 0;
        rttNs = 0;
        tracks = 0;
        waitNs = 0;
    }
}
