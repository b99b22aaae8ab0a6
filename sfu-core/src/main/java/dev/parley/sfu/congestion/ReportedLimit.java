package dev.parley.sfu.congestion;

/**
 * The estimate for a subscriber that sends no transport-cc: what it says by REMB, lowered while its receiver reports tell of
 * loss (draft-ietf-rmcat-gcc-02 §6). Owned by the shard.
 */
final class ReportedLimit {
    private static final double LOW_LOSS = 0.02;
    private static final double HIGH_LOSS = 0.10;
    private static final double INCREASE = 1.08;
    private static final long REPORT_NS = 1_000_000_000;

    private final double minBps;
    private double rembBps;
    private double lossBps = Double.POSITIVE_INFINITY;
    private double lossShare;
    private long reportNs = Long.MIN_VALUE;

    ReportedLimit(long minBps) {
        this.minBps = minBps;
    }

    /** A REMB: 0 takes the limit away. */
    void remb(long bps) {
        rembBps = bps;
    }

    /** The loss that a report block tells; those of several streams come together, and the worst one counts. */
    void loss(double share, long nowNs) {
        boolean sameReport = reportNs != Long.MIN_VALUE && nowNs - reportNs < REPORT_NS / 2;
        if (sameReport && share <= lossShare) {
            return;
        }
        lossShare = share;
        reportNs = nowNs;
        if (share > HIGH_LOSS && rembBps > 0) {
            lossBps = Math.max(minBps, Math.min(lossBps, rembBps) * (1 - share / 2));
        } else if (share < LOW_LOSS) {
            lossBps = Math.min(Double.MAX_VALUE, lossBps * INCREASE);
        }
    }

    /** Whether there is a limit. */
    boolean isKnown() {
        return rembBps > 0;
    }

    double rembBps() {
        return isKnown() ? rembBps : Double.POSITIVE_INFINITY;
    }

    /** What both allow. */
    double bps() {
        return Math.max(minBps, Math.min(rembBps(), lossBps));
    }

    boolean isLossLimited() {
        return lossBps < rembBps();
    }

    double lossShare() {
        return lossShare;
    }
}
