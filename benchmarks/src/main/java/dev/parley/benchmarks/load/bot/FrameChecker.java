package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.EncodedFrame;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.PacketizedEncoding;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the packets of one received stream in order, as a jitter buffer does, and judges its frames: complete, in the order
 * of the clip, beginning and going on where a decoder can. Owned by the bots' thread.
 *
 * <p>A packet is known by its number in the clip. What a server may do is to leave out frames that nothing refers to
 * (higher temporal or spatial layers), and to go to another encoding with a keyframe; what else is not as sent counts.
 */
final class FrameChecker {
    /** Sequence numbers that may be on the way at once. */
    static final int WINDOW = 2_048;

    /** A packet of no clip. */
    static final int CORRUPT = -1;

    /** A packet without payload. */
    static final int PADDING = -2;

    private static final int ABSENT = -3;
    /** So long is waited for a packet, far longer than a browser would for it to be of use. */
    private static final long WAIT_NS = 1_000_000_000L;

    private final Totals totals;
    private final int[] window = new int[WINDOW];
    /** When the packets in the window came. */
    private final long[] arrivedNs = new long[WINDOW];

    private @Nullable PacketizedClip clip;
    private boolean started;
    /** The sequence number that is to be judged next. */
    private long next;

    private long highest = Long.MIN_VALUE;
    /** When the first packet behind what is missing came, or MAX_VALUE if nothing is. */
    private long waitingSinceNs = Long.MAX_VALUE;

    private boolean inFrame;
    private boolean intact;
    /** Whether there is a frame before that the next must follow. */
    private boolean continuous;

    private int encoding;
    private int packet;
    private boolean needsKeyframe = true;

    FrameChecker(Totals totals) {
        this.totals = totals;
        Arrays.fill(window, ABSENT);
    }

    /** Says what clip packets are of from now on. */
    void clip(PacketizedClip shown) {
        clip = shown;
        inFrame = false;
        continuous = false;
        needsKeyframe = !shown.clip().isAudio();
    }

    /** Whether no frame can be decoded before a keyframe comes. */
    boolean needsKeyframe() {
        return needsKeyframe && started;
    }

    /**
     * A packet has come.
     *
     * @param sequence its unwrapped sequence number
     * @param number in the clip, or {@link #CORRUPT}, or {@link #PADDING}
     */
    void received(long sequence, int number, long nowNs) {
        if (!started) {
            started = true;
            next = sequence;
        }
        if (sequence < next) {
            return;
        }
        while (sequence - next >= WINDOW) {
            passOver();
        }
        window[index(sequence)] = number;
        arrivedNs[index(sequence)] = nowNs;
        highest = Math.max(highest, sequence);
        walk();
    }

    /** Gives up what has been waited for too long: each gap by its own age, so that no loss counts long after it. */
    void onTimer(long nowNs) {
        while (waitingSinceNs != Long.MAX_VALUE && nowNs - waitingSinceNs >= WAIT_NS) {
            while (window[index(next)] == ABSENT) {
                passOver();
            }
            walk();
        }
    }

    private void walk() {
        while (next <= highest && window[index(next)] != ABSENT) {
            int number = window[index(next)];
            window[index(next)] = ABSENT;
            next++;
            if (number >= 0) {
                judge(number);
            } else if (number == CORRUPT) {
                breakOff();
            }
        }
        waitingSinceNs = next > highest ? Long.MAX_VALUE : arrivedNs[index(firstBehindGap())];
    }

    private long firstBehindGap() {
        long sequence = next + 1;
        while (window[index(sequence)] == ABSENT) {
            sequence++; // Ends at the highest.
        }
        return sequence;
    }

    /** The next sequence number is not waited for any longer. */
    private void passOver() {
        int number = window[index(next)];
        window[index(next)] = ABSENT;
        next++;
        if (number >= 0) {
            judge(number);
        } else if (number == CORRUPT) {
            breakOff();
        } else if (number == ABSENT) {
            totals.missing++;
            breakOff();
        }
    }

    /** Something is missing of the frame at hand, or of one between it and the next. */
    private void breakOff() {
        if (intact || !inFrame) {
            totals.incomplete++;
        }
        // With sound each packet stands for itself.
        needsKeyframe = needsKeyframe || clip == null || !clip.clip().isAudio();
        intact = false;
        inFrame = true;
        continuous = false;
    }

    private void judge(int number) {
        PacketizedClip shown = clip;
        if (shown == null) {
            return;
        }
        int of = shown.encodingOf(number);
        PacketizedEncoding packets = shown.encoding(of);
        int at = shown.packetOf(number);
        if (packets.startsFrame(at)) {
            begin(packets, of, at);
        } else if (inFrame && intact && (of != encoding || at != packet + 1)) {
            intact = false;
            totals.incomplete++;
        }
        encoding = of;
        packet = at;
        if (packets.endsFrame(at) && inFrame) {
            end();
        }
    }

    private void begin(PacketizedEncoding packets, int of, int at) {
        if (inFrame && intact) {
            totals.incomplete++;
            needsKeyframe = !isAudio();
        }
        EncodedFrame frame = packets.frame(packets.frameOf(at));
        boolean startsAnew = frame.keyframe() && frame.spatialId() == 0;
        if (continuous && of != encoding) {
            totals.switches++;
            needsKeyframe = true;
        } else if (continuous && !startsAnew && !follows(packets, packets.frameOf(packet), packets.frameOf(at))) {
            totals.outOfOrder++;
            needsKeyframe = !isAudio();
        }
        if (startsAnew) {
            needsKeyframe = false;
        }
        inFrame = true;
        intact = true;
        continuous = true;
    }

    private void end() {
        if (intact && needsKeyframe) {
            totals.undecodable++;
        } else if (intact) {
            totals.complete++;
        } else {
            needsKeyframe = !isAudio();
        }
        inFrame = false;
        intact = false;
    }

    /** Whether all frames between the two, around the clip's end, are such as nothing else refers to. */
    private boolean follows(PacketizedEncoding packets, int before, int frame) {
        if (isAudio()) {
            return frame == (before + 1) % packets.frames();
        }
        int skipped = (before + 1) % packets.frames();
        while (skipped != frame) {
            EncodedFrame between = packets.frame(skipped);
            if (skipped == before || between.temporalId() == 0 && between.spatialId() == 0) {
                return false;
            }
            skipped = (skipped + 1) % packets.frames();
        }
        return before != frame;
    }

    private boolean isAudio() {
        return clip != null && clip.clip().isAudio();
    }

    private static int index(long sequence) {
        return (int) sequence & WINDOW - 1;
    }
}
