package dev.parley.sfu.stream;

import dev.parley.sfu.rtcp.ReportBlock;
import dev.parley.sfu.time.NtpTime;

/** What a subscriber's report blocks say about one outgoing stream (RFC 3550 §6.4.1). Owned by the shard. */
public final class SubscriberReports {
    private boolean seen;
    private int fractionLost;
    private int cumulativeLost;
    private long jitter;
    private long rttNs;

    void onReportBlock(ReportBlock block, long nowNtp) {
        seen = true;
        fractionLost = block.fractionLost();
        cumulativeLost = block.cumulativeLost();
        jitter = block.jitter();
        if (block.lastSr() == 0) {
            return;
        }
        // RFC 3550 §6.4.1: RTT = A - LSR - DLSR, in 1/65,536 s; a clock's granularity can make it negative.
        int units = NtpTime.middle32(nowNtp) - block.lastSr() - (int) block.delaySinceLastSr();
        long sampleNs = units < 0 ? 0 : Math.max(1, NtpTime.durationToNs(units));
        if (units < 0 && rttNs != 0) {
            return;
        }
        rttNs = rttNs == 0 ? Math.max(1, sampleNs) : (7 * rttNs + sampleNs) / 8;
    }

    /** Whether the subscriber has reported on the stream, so knows its SSRC. */
    public boolean isSeen() {
        return seen;
    }

    /** Smoothed round trip to the subscriber; 0 while unknown. */
    public long rttNs() {
        return rttNs;
    }

    /** Loss since the report before in 1/256. */
    public int fractionLost() {
        return fractionLost;
    }

    public int cumulativeLost() {
        return cumulativeLost;
    }

    /** In timestamp units. */
    public long jitter() {
        return jitter;
    }
}
