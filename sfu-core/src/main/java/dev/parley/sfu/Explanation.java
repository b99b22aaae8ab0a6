package dev.parley.sfu;

import java.util.List;

/**
 * Why a participant receives what it does: the link as the server sees it, each slot, and what was decided lately.
 *
 * @param participantId whose
 * @param atMs when this was read, in milliseconds since 1970
 * @param slots those for video that have a track
 * @param decisions the newest last; a fixed number of them is kept
 */
public record Explanation(String participantId, long atMs, Link link, List<Slot> slots, List<Decision> decisions) {
    public Explanation {
        slots = List.copyOf(slots);
        decisions = List.copyOf(decisions);
    }

    /**
     * The way to the participant.
     *
     * @param estimateBps what it carries, in bits per second; 0 where nothing limits it
     * @param measured whether that is more than a guess
     * @param cause why the estimate is what it is, in lower case with hyphens
     * @param allocatedBps what the tracks have been given
     * @param wantedBps what they would take without a limit
     * @param tracks video tracks that share it
     */
    public record Link(
            long estimateBps,
            boolean measured,
            String cause,
            double lossShare,
            double queueDelayMs,
            double rttMs,
            long allocatedBps,
            long wantedBps,
            int tracks) {}

    /**
     * One slot.
     *
     * @param state {@code forwarded}, {@code waiting} (for a keyframe or a first packet), {@code paused-by-server} or
     *     {@code paused-by-client}
     * @param sent what is forwarded; all 0 while nothing is
     * @param allocated what it has been given
     * @param shownWidthPx as the client has told, 0 when it has not
     * @param reason a sentence: why this and not more
     */
    public record Slot(
            String mid,
            String trackId,
            String state,
            Quality sent,
            Quality allocated,
            int shownWidthPx,
            int shownHeightPx,
            String reason) {}

    /**
     * A layer of a track.
     *
     * @param framesPerSecond 0 when unknown
     */
    public record Quality(int widthPx, int heightPx, int framesPerSecond, long bitrateBps) {
        /** Nothing. */
        public static final Quality NONE = new Quality(0, 0, 0, 0);
    }

    /**
     * Something that was decided.
     *
     * @param atMs in milliseconds since 1970
     * @param kind one of allocation, switch, pause, resume, estimate, probe, probed and keyframe-request
     * @param cause why, in lower case with hyphens
     * @param mid the slot, empty for what is about the link
     * @param trackId the track, empty for what is about the link
     * @param estimateBps the estimate then, in bits per second; 0 where nothing limits it
     * @param previousBps of an estimate, the one before
     * @param tracks video tracks that shared it
     * @param waitMs of a keyframe request, how long it had to wait because the publisher had just been asked
     * @param text a sentence for people
     */
    public record Decision(
            long atMs,
            String kind,
            String cause,
            String estimateCause,
            String mid,
            String trackId,
            Quality from,
            Quality to,
            long estimateBps,
            long previousBps,
            double queueDelayMs,
            double lossShare,
            double rttMs,
            int tracks,
            double waitMs,
            String text) {}
}
