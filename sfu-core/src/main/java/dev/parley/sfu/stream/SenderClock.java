package dev.parley.sfu.stream;

/**
 * Tells which RTP timestamp of a source stream belongs to a moment of the server's clock: what an outgoing sender
 * report says (RFC 3550 §6.4.1), before the receiver's timestamp offset is added. Owned by the shard.
 *
 * <p>The pair (NTP, RTP) of the stream's last sender report is the anchor; {@link PublisherClock} moves its NTP time to
 * the server's clock. Until the first report, the latest packet and its arrival are the anchor.
 *
 * <p>Example at 90 kHz: the report said NTP = T and RTP = 1,000; T is 7.0 s on the server's clock. At 7.5 s the timestamp
 * is 1,000 + 0.5 × 90,000 = 46,000.
 */
public final class SenderClock {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final PublisherClock publisher;
    private int clockRateHz;

    private boolean reported;
    private long reportNtp;
    private int reportTimestamp;

    private boolean observed;
    private int observedTimestamp;
    private long observedNs;

    public SenderClock(PublisherClock publisher, int clockRateHz) {
        this.publisher = publisher;
        this.clockRateHz = clockRateHz;
    }

    /** Changes the clock of the timestamps, as another payload type can: what was learned is void. */
    void clockRate(int hz) {
        clockRateHz = hz;
        reported = false;
        observed = false;
    }

    /** A sender report of this stream has arrived. */
    public void senderReport(long ntp, int rtpTimestamp, long nowNs) {
        publisher.senderReport(ntp, nowNs);
        reportNtp = ntp;
        reportTimestamp = rtpTimestamp;
        reported = true;
    }

    /** Takes over another shard's knowledge of the same publisher. */
    void adopt(long ntp, int rtpTimestamp, long offsetNs) {
        publisher.adopt(offsetNs);
        reportNtp = ntp;
        reportTimestamp = rtpTimestamp;
        reported = true;
    }

    /** Whether the stream has been reported on. */
    public boolean isReported() {
        return reported;
    }

    /** The NTP time in its last report. */
    public long reportNtp() {
        return reportNtp;
    }

    /** The RTP timestamp in its last report. */
    public int reportTimestamp() {
        return reportTimestamp;
    }

    /** What to add to the publisher's NTP time to get the server's clock, in nanoseconds. */
    public long publisherOffsetNs() {
        return publisher.offsetNs();
    }

    /** A packet has arrived by itself, in order. */
    void observe(int rtpTimestamp, long nowNs) {
        if (observed && rtpTimestamp == observedTimestamp) {
            return; // The first packet of a frame is nearest to the time of its capture.
        }
        observed = true;
        observedTimestamp = rtpTimestamp;
        observedNs = nowNs;
    }

    /** Whether {@link #timestampAt} can tell anything. */
    public boolean isKnown() {
        return reported || observed;
    }

    /** The source's RTP timestamp for something captured {@code nowNs}, extrapolated at the clock rate. */
    public int timestampAt(long nowNs) {
        return reported
                ? reportTimestamp + units(nowNs - publisher.toServerNs(reportNtp))
                : observedTimestamp + units(nowNs - observedNs);
    }

    private int units(long ns) {
        long seconds = Math.floorDiv(ns, NS_PER_SECOND);
        return (int) (seconds * clockRateHz + Math.floorMod(ns, NS_PER_SECOND) * clockRateHz / NS_PER_SECOND);
    }
}
