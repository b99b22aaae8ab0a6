package dev.parley.sfu.stream;

import dev.parley.sfu.time.NtpTime;

/**
 * What a report block says about one received stream: loss (RFC 3550 §6.4.1, A.3), jitter (A.8) and the last sender
 * report. Owned by the shard.
 *
 * <p>Sequence numbers are unwrapped ones. Probation (A.1) is left out: only authenticated packets get here. Packets
 * that come as retransmissions are not counted, so that the loss reported is the network's.
 */
public final class ReceptionStats {
    private static final int MAX_CUMULATIVE = 0x7F_FFFF;
    private static final int MIN_CUMULATIVE = -0x80_0000;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private int clockRateHz;

    private boolean started;
    private long base;
    private long highest;
    private long received;
    private long bytes;

    private boolean transitKnown;
    private int transit;
    /** Sixteen times the jitter, as in A.8. */
    private long scaledJitter;

    private long expectedAtReport;
    private long receivedAtReport;
    private int fractionLost;

    private long lastSenderReport;
    private long lastSenderReportNs;
    private boolean senderReportSeen;

    public ReceptionStats(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /** Changes the clock of the timestamps, as another payload type can. */
    void clockRate(int hz) {
        clockRateHz = hz;
        transitKnown = false;
    }

    /** Counts a packet that has arrived by itself. */
    public void received(long sequence, int rtpTimestamp, int sizeBytes, long nowNs) {
        if (!started) {
            started = true;
            base = sequence;
            highest = sequence;
        }
        highest = Math.max(highest, sequence);
        base = Math.min(base, sequence);
        received++;
        bytes += sizeBytes;
        updateJitter(rtpTimestamp, nowNs);
    }

    private void updateJitter(int rtpTimestamp, long nowNs) {
        // Split at the second so that the product stays in a long for ever.
        long arrival = nowNs / NS_PER_SECOND * clockRateHz + nowNs % NS_PER_SECOND * clockRateHz / NS_PER_SECOND;
        int newTransit = (int) arrival - rtpTimestamp;
        if (transitKnown) {
            long distance = Math.abs((long) (newTransit - transit));
            // A jump of more than 5 s is a new timeline of the source, not jitter.
            if (distance < 5L * clockRateHz) {
                scaledJitter += distance - ((scaledJitter + 8) >> 4);
            }
        }
        transit = newTransit;
        transitKnown = true;
    }

    /** Notes a sender report of this stream. */
    public void senderReport(long ntp, long nowNs) {
        lastSenderReport = ntp;
        lastSenderReportNs = nowNs;
        senderReportSeen = true;
    }

    /** Ends the report interval: {@link #fractionLost()} then tells the loss since the report before. */
    public void closeInterval() {
        long expected = expected();
        long expectedInterval = expected - expectedAtReport;
        long lostInterval = expectedInterval - (received - receivedAtReport);
        expectedAtReport = expected;
        receivedAtReport = received;
        // A.3: late packets can make the interval's loss negative, which is reported as none.
        fractionLost = expectedInterval == 0 || lostInterval <= 0
                ? 0
                : (int) Math.min(255, (lostInterval << 8) / expectedInterval);
    }

    /** Whether any packet has arrived: a stream without one has no report block. */
    public boolean hasStarted() {
        return started;
    }

    /** Loss of the last closed interval in 1/256. */
    public int fractionLost() {
        return fractionLost;
    }

    /** Packets lost since the start, clamped to 24 bits with a sign; negative when duplicates outweigh losses. */
    public int cumulativeLost() {
        return (int) Math.max(MIN_CUMULATIVE, Math.min(MAX_CUMULATIVE, expected() - received));
    }

    /** Highest sequence number with the count of its wraps in the upper 16 bits. */
    public int extendedHighestSequence() {
        return (int) highest;
    }

    /** Interarrival jitter in timestamp units. */
    public int jitter() {
        return (int) (scaledJitter >> 4);
    }

    /** The LSR field: middle 32 bits of the last sender report's NTP time; 0 when there was none. */
    public int lastSr() {
        return senderReportSeen ? NtpTime.middle32(lastSenderReport) : 0;
    }

    /** The DLSR field: delay since the last sender report in 1/65,536 s; 0 when there was none. */
    public int delaySinceLastSr(long nowNs) {
        return senderReportSeen ? NtpTime.durationFromNs(nowNs - lastSenderReportNs) : 0;
    }

    public long packetsReceived() {
        return received;
    }

    public long bytesReceived() {
        return bytes;
    }

    private long expected() {
        return started ? highest - base + 1 : 0;
    }
}
