package dev.parley.sfu.simulation;

import dev.parley.sfu.congestion.BandwidthListener;
import dev.parley.sfu.congestion.DownlinkEstimate;
import dev.parley.sfu.congestion.EstimateCause;
import dev.parley.sfu.congestion.EstimateChange;

/** An estimate that the test sets. */
final class FakeEstimate implements DownlinkEstimate {
    private BandwidthListener listener = BandwidthListener.NONE;
    private long bps;
    private EstimateCause cause = EstimateCause.START;
    private long wantedBps;
    private long nextStepBps;

    FakeEstimate(long bps) {
        this.bps = bps;
    }

    void change(long newBps, EstimateCause newCause, long nowNs) {
        long before = bps;
        bps = newBps;
        cause = newCause;
        listener.estimateChanged(new Change(nowNs, newCause, before, newBps));
    }

    private record Change(long atNs, EstimateCause cause, long previousBps, long bitrateBps) implements EstimateChange {
        @Override
        public long acknowledgedBps() {
            return bitrateBps;
        }

        @Override
        public double queueDelayMs() {
            return 85;
        }

        @Override
        public double delayTrend() {
            return 20;
        }

        @Override
        public double lossShare() {
            return 0.01;
        }

        @Override
        public long rttNs() {
            return 120_000_000;
        }
    }

    long wantedBps() {
        return wantedBps;
    }

    long nextStepBps() {
        return nextStepBps;
    }

    @Override
    public long bitrateBps() {
        return bps;
    }

    @Override
    public long mediaBps() {
        return bps;
    }

    @Override
    public boolean isMeasured() {
        return true;
    }

    @Override
    public EstimateCause cause() {
        return cause;
    }

    @Override
    public boolean isApplicationLimited() {
        return false;
    }

    @Override
    public double lossShare() {
        return 0.01;
    }

    @Override
    public long rttNs() {
        return 120_000_000;
    }

    @Override
    public double queueDelayMs() {
        return 85;
    }

    @Override
    public void wanted(long allocatedBps, long newNextStepBps, long maxBps, long nowNs) {
        nextStepBps = newNextStepBps;
        wantedBps = maxBps;
    }

    @Override
    public void listener(BandwidthListener newListener) {
        listener = newListener;
    }
}
