package dev.parley.sfu.peer;

import dev.parley.sfu.congestion.EstimateCause;
import java.util.Locale;

/** Says in a sentence what a {@link Decision} was about. */
final class Sentences {
    private static final double BITS_PER_MBIT = 1e6;
    private static final long BITS_PER_KBIT = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    private Sentences() {}

    /** As on the wire: in lower case with hyphens. */
    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String of(Decision decision) {
        return switch (decision.kind) {
            case ALLOCATION -> change(decision) + ": " + because(decision);
            case SWITCH -> "now " + size(decision.toHeightPx);
            case PAUSE -> "paused: " + because(decision);
            case RESUME -> "resumed: " + because(decision);
            case ESTIMATE ->
                "estimate " + rate(decision.previousBps) + " → " + rate(decision.estimateBps) + " ("
                        + cause(decision.estimateCause) + ")";
            case PROBE -> "probing at " + rate(decision.toBps);
            case PROBED ->
                decision.toBps == 0
                        ? "the probe at " + rate(decision.fromBps) + " did not arrive"
                        : "the probe at " + rate(decision.fromBps) + " arrived at " + rate(decision.toBps);
            case KEYFRAME_REQUEST -> "asked for a keyframe: " + because(decision) + passedOn(decision.waitNs);
        };
    }

    private static String passedOn(long waitNs) {
        return waitNs < NS_PER_MS ? "" : ", passed on in " + waitNs / NS_PER_MS + " ms, as one has just been asked for";
    }

    private static String change(Decision decision) {
        return (decision.fromHeightPx == 0 ? "nothing" : size(decision.fromHeightPx)) + " → "
                + (decision.toHeightPx == 0 ? "nothing" : size(decision.toHeightPx));
    }

    static String because(Decision decision) {
        String shared = decision.tracks == 1 ? "" : ", " + decision.tracks + " tracks share it";
        return switch (decision.cause) {
            case SUBSCRIBED -> "the track has just been put into the slot";
            case ESTIMATE_FELL ->
                "link estimate fell to " + rate(decision.estimateBps) + " (" + cause(decision.estimateCause) + ")"
                        + shared;
            case ESTIMATE_ROSE ->
                "link estimate rose to " + rate(decision.estimateBps) + " (" + cause(decision.estimateCause) + ")"
                        + shared;
            case HINT -> "the client shows it differently";
            case PUBLISHER -> "the publisher sends it differently";
            case SHARE -> "of " + rate(decision.estimateBps) + " other tracks take another share" + shared;
            case LAST_N -> "there are more tracks than a subscriber may get";
            case FIRST_PICTURE -> "nothing of it is forwarded yet";
            case LAYERS -> "other layers are to be forwarded";
            case LATE_START -> "the beginning of the last one came too late";
            case RECEIVER -> "the receiver needs one";
            case KEYFRAME, NONE -> "it was decided before";
        };
    }

    static String cause(EstimateCause cause) {
        return switch (cause) {
            case START -> "nothing is known of it yet";
            case DELAY_STEADY -> "delay steady";
            case DELAY_RISING -> "delay rising";
            case QUEUE_DRAINING -> "a queue is draining";
            case QUEUE_DRAINED -> "the queue is empty";
            case FALSE_ALARM -> "it was no queue";
            case LOSS -> "packets are lost";
            case LOSS_RECOVERING -> "fewer packets are lost";
            case PROBE -> "probed";
            case RECEIVER_LIMIT -> "the receiver says so";
            case FEEDBACK_MISSING -> "no feedback";
            case ROUTE_CHANGED -> "the route has changed";
        };
    }

    static String size(int heightPx) {
        return heightPx + "p";
    }

    /** Such as 900 kbit/s or 2.5 Mbit/s. */
    static String rate(long bps) {
        if (bps >= Long.MAX_VALUE / 2) {
            return "unlimited";
        }
        return bps >= BITS_PER_MBIT
                ? String.format(Locale.ROOT, "%.1f Mbit/s", bps / BITS_PER_MBIT)
                : bps / BITS_PER_KBIT + " kbit/s";
    }
}
