package dev.parley.sfu.stream;

import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtcp.TransportFeedbackWriter;
import dev.parley.sfu.time.SequenceUnwrapper;
import java.util.Arrays;

/**
 * When the packets of one publisher's connection arrived, to be told to it as transport-wide feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01): its congestion control lives on that. Owned by the shard.
 *
 * <p>Feedback covers everything since the feedback before, gaps included. A packet that arrives after a later one was
 * reported makes the next feedback start with it, so that it does not stay lost; those after it are then told again,
 * which senders ignore. The last {@value #WINDOW} numbers are remembered, whatever is received.
 *
 * <p>Example: 10, 11 and 13 arrive, feedback covers 10 to 13 with 12 missing. 12 and 14 arrive: the next one covers 12 to
 * 14.
 */
public final class TransportArrivals {
    static final int WINDOW = 2_048;

    private static final long NOT_RECEIVED = Long.MIN_VALUE;

    private long intervalNs;
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final TransportFeedbackWriter feedback = new TransportFeedbackWriter();
    private final long[] arrivalsNs = new long[WINDOW];

    private boolean started;
    private long highest;
    /** The first number that the next feedback covers. */
    private long next;

    private int feedbackCount;
    private long dueNs = Long.MAX_VALUE;

    /** Feedback is due {@code intervalNs} after the first packet that it covers. */
    public TransportArrivals(long intervalNs) {
        this.intervalNs = intervalNs;
        Arrays.fill(arrivalsNs, NOT_RECEIVED);
    }

    /** From the next feedback on, it is due so long after the first packet that it covers. */
    public void interval(long newIntervalNs) {
        intervalNs = newIntervalNs;
    }

    /** Notes the arrival of a packet with this transport-wide sequence number; a duplicate changes nothing. */
    public void record(int transportSequence, long arrivalNs) {
        long sequence = sequences.unwrap(transportSequence);
        if (!started) {
            started = true;
            next = sequence;
            highest = sequence;
        }
        if (sequence <= highest - WINDOW || sequence <= highest && arrivalsNs[index(sequence)] != NOT_RECEIVED) {
            return;
        }
        if (sequence > highest) {
            advanceTo(sequence);
        }
        arrivalsNs[index(sequence)] = arrivalNs;
        next = Math.min(next, sequence);
        dueNs = Math.min(dueNs, highest - next >= WINDOW / 2 ? arrivalNs : arrivalNs + intervalNs);
    }

    /** Forgets what the numbers up to {@code sequence} displace; packets never reported because of it are lost to us. */
    private void advanceTo(long sequence) {
        if (sequence - highest >= WINDOW) {
            Arrays.fill(arrivalsNs, NOT_RECEIVED);
        } else {
            for (long between = highest + 1; between <= sequence; between++) {
                arrivalsNs[index(between)] = NOT_RECEIVED;
            }
        }
        highest = sequence;
        next = Math.max(next, highest - WINDOW + 1);
    }

    /** When {@link #writeFeedback} is to be called; {@link Long#MAX_VALUE} while there is nothing to tell. */
    public long nextDeadlineNs() {
        return dueNs;
    }

    /**
     * Writes feedback on what has arrived since the last one.
     *
     * @param mediaSsrc any SSRC of the publisher's
     * @return false when the compound is full before all is told: send it, and call again with a new one
     */
    public boolean writeFeedback(RtcpWriter writer, int senderSsrc, int mediaSsrc) {
        if (dueNs == Long.MAX_VALUE) {
            return true;
        }
        feedback.begin((int) next, feedbackCount);
        for (long sequence = next; sequence <= highest; sequence++) {
            long arrivalNs = arrivalsNs[index(sequence)];
            if (arrivalNs == NOT_RECEIVED || feedback.add((int) sequence & 0xFFFF, arrivalNs)) {
                continue;
            }
            if (!append(writer, senderSsrc, mediaSsrc)) {
                return false;
            }
            next = sequence;
            feedback.begin((int) sequence, feedbackCount);
            feedback.add((int) sequence & 0xFFFF, arrivalNs);
        }
        if (!append(writer, senderSsrc, mediaSsrc)) {
            return false;
        }
        next = highest + 1;
        dueNs = Long.MAX_VALUE;
        return true;
    }

    private boolean append(RtcpWriter writer, int senderSsrc, int mediaSsrc) {
        if (feedback.isEmpty()) {
            return true;
        }
        if (!feedback.appendTo(writer, senderSsrc, mediaSsrc)) {
            return false;
        }
        feedbackCount = feedbackCount + 1 & 0xFF;
        return true;
    }

    private static int index(long sequence) {
        return (int) sequence & (WINDOW - 1);
    }
}
