package dev.parley.sfu.congestion;

import dev.parley.sfu.rtcp.TransportFeedback;
import java.util.Arrays;

/**
 * What one feedback says of packets that were sent: those that arrived, in the order of their arrival, and how many are
 * lost. Reused; owned by the shard.
 */
final class PacketResults {
    private static final int INITIAL_CAPACITY = 64;
    /** Reference times have 24 bits, of 64 ms (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). */
    private static final long CLOCK_WRAP_US = (1L << 24) * 64_000;

    private long[] sentUs = new long[INITIAL_CAPACITY];
    private long[] arrivalUs = new long[INITIAL_CAPACITY];
    /** Size and probe of each: size in the low 16 bits. */
    private int[] details = new int[INITIAL_CAPACITY];

    private int count;
    private int arrivedBytes;
    private int lost;
    private int lostBytes;
    private int recovered;
    private int recoveredBytes;
    private long firstSentUs;
    private long lastSentUs;

    private long wrapsUs;
    private long lastArrivalUs = Long.MIN_VALUE;

    /** Takes what is new in a feedback. Each packet is heard of as arrived at most once, and as lost at most once. */
    void read(TransportFeedback feedback, SentPackets sent) {
        count = 0;
        arrivedBytes = 0;
        lost = 0;
        lostBytes = 0;
        recovered = 0;
        recoveredBytes = 0;
        firstSentUs = Long.MAX_VALUE;
        lastSentUs = Long.MIN_VALUE;
        while (feedback.next()) {
            long sequence = sent.find(feedback.sequenceNumber());
            if (sequence < 0 || !sent.isWaitedFor(sequence)) {
                continue;
            }
            if (feedback.isReceived()) {
                arrived(sent, sequence, unwrap(feedback.arrivalNs() / 1_000));
            } else if (!sent.wasLost(sequence)) {
                lost(sent, sequence);
            }
        }
    }

    private void arrived(SentPackets sent, long sequence, long atUs) {
        int size = sent.sizeBytes(sequence);
        if (sent.wasLost(sequence)) {
            recovered++;
            recoveredBytes += size;
        }
        if (count == sentUs.length) {
            grow();
        }
        int place = count++;
        // Mostly in order already: packets seldom overtake each other.
        while (place > 0 && arrivalUs[place - 1] > atUs) {
            sentUs[place] = sentUs[place - 1];
            arrivalUs[place] = arrivalUs[place - 1];
            details[place] = details[place - 1];
            place--;
        }
        sentUs[place] = sent.sentUs(sequence);
        arrivalUs[place] = atUs;
        details[place] = sent.cluster(sequence) << 16 | size;
        arrivedBytes += size;
        wasSent(sent.sentUs(sequence));
        sent.arrived(sequence);
    }

    private void lost(SentPackets sent, long sequence) {
        lost++;
        lostBytes += sent.sizeBytes(sequence);
        wasSent(sent.sentUs(sequence));
        sent.lost(sequence);
    }

    private void wasSent(long atUs) {
        firstSentUs = Math.min(firstSentUs, atUs);
        lastSentUs = Math.max(lastSentUs, atUs);
    }

    private long unwrap(long atUs) {
        long time = atUs + wrapsUs;
        if (lastArrivalUs != Long.MIN_VALUE) {
            if (time - lastArrivalUs < -CLOCK_WRAP_US / 2) {
                wrapsUs += CLOCK_WRAP_US;
                time += CLOCK_WRAP_US;
            } else if (time - lastArrivalUs > CLOCK_WRAP_US / 2) {
                wrapsUs -= CLOCK_WRAP_US;
                time -= CLOCK_WRAP_US;
            }
        }
        lastArrivalUs = time;
        return time;
    }

    private void grow() {
        int capacity = 2 * count;
        sentUs = Arrays.copyOf(sentUs, capacity);
        arrivalUs = Arrays.copyOf(arrivalUs, capacity);
        details = Arrays.copyOf(details, capacity);
    }

    /** Packets that arrived. */
    int count() {
        return count;
    }

    long sentUs(int index) {
        return sentUs[index];
    }

    /** By the receiver's clock. */
    long arrivalUs(int index) {
        return arrivalUs[index];
    }

    int sizeBytes(int index) {
        return details[index] & 0xFFFF;
    }

    /** The probe that the packet was of, or 0. */
    int cluster(int index) {
        return details[index] >>> 16;
    }

    int arrivedBytes() {
        return arrivedBytes;
    }

    int lost() {
        return lost;
    }

    int lostBytes() {
        return lostBytes;
    }

    /** Packets that arrived after they had been told of as lost. */
    int recovered() {
        return recovered;
    }

    int recoveredBytes() {
        return recoveredBytes;
    }

    /** Whether it told anything new. */
    boolean isEmpty() {
        return count + lost == 0;
    }

    long firstSentUs() {
        return firstSentUs;
    }

    long lastSentUs() {
        return lastSentUs;
    }
}
