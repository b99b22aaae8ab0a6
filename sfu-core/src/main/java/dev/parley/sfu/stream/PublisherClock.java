package dev.parley.sfu.stream;

import dev.parley.sfu.time.NtpTime;

/**
 * Where a publisher's NTP clock stands against the server's, learned from its sender reports and shared by all of its
 * streams (one CNAME), so that the same shift applies to each and lips stay in sync. Owned by the shard.
 *
 * <p>A report that took the network's least delay tells most. Offset = arrival minus NTP time in the report, so queueing
 * only ever makes it larger: the least of the last {@value #WINDOW} reports is the target, and the offset in use
 * approaches it by an eighth a report. Example, in ms: reports with offsets 5,020, 5,055, 5,021 keep it at 5,020.
 * A clock that was set (a distance over one second) is followed at once.
 */
public final class PublisherClock {
    private static final int WINDOW = 16;
    private static final long STEP_NS = 1_000_000_000L;

    private final long[] offsetsNs = new long[WINDOW];
    private int reports;
    private long offsetNs;

    /** A sender report of any of the publisher's streams has arrived. */
    void senderReport(long ntp, long nowNs) {
        long sampleNs = nowNs - NtpTime.toNs(ntp);
        if (reports > 0 && Math.abs(sampleNs - offsetNs) > STEP_NS) {
            reports = 0;
        }
        offsetsNs[reports++ % WINDOW] = sampleNs;
        long leastNs = sampleNs;
        for (int i = 0; i < Math.min(reports, WINDOW); i++) {
            leastNs = Math.min(leastNs, offsetsNs[i]);
        }
        offsetNs = reports == 1 ? leastNs : offsetNs + (leastNs - offsetNs) / 8;
    }

    /** Takes over the offset that another shard has found. */
    void adopt(long knownOffsetNs) {
        offsetNs = knownOffsetNs;
        reports = Math.max(reports, 1);
    }

    long offsetNs() {
        return offsetNs;
    }

    /** Whether any report has arrived since the start. */
    boolean isKnown() {
        return reports > 0;
    }

    /** The server's monotonic time for a time of the publisher's. */
    long toServerNs(long ntp) {
        return NtpTime.toNs(ntp) + offsetNs;
    }
}
