package dev.parley.sfu.stream;

/**
 * Gathers the keyframe requests (PLI, RFC 4585 §6.3.1; FIR, RFC 5104 §4.3.1) of all the receivers of one source stream
 * into few toward its publisher. Owned by the shard.
 *
 * <p>At most one request per {@value #MIN_INTERVAL_MS} ms is sent. An ask within that time is remembered and sent at
 * its end, unless a keyframe has come meanwhile. While none comes, the request is repeated every
 * {@value #RETRY_INTERVAL_MS} ms, {@value #MAX_REQUESTS} times in all; a further ask starts anew. It may have been lost, or
 * left unheard: libwebrtc does not answer one within 300 ms of another, be that for another encoding of the same camera.
 *
 * <p>Example, times in ms: ask at 0, sent at 0; ask at 100, remembered; keyframe at 150, forgotten; ask at 200, sent at
 * 500; nothing comes, sent again at 1,000.
 */
public final class KeyframeRequestThrottle {
    static final int MIN_INTERVAL_MS = 500;
    static final int RETRY_INTERVAL_MS = 500;
    static final int MAX_REQUESTS = 20;

    private static final long MIN_INTERVAL_NS = MIN_INTERVAL_MS * 1_000_000L;
    private static final long RETRY_INTERVAL_NS = RETRY_INTERVAL_MS * 1_000_000L;

    private boolean sentBefore;
    private long lastSentNs;
    private long dueNs = Long.MAX_VALUE;
    private int requests;
    private long sent;

    /** A receiver wants a keyframe; tells when the publisher is asked. */
    public long ask(long nowNs) {
        long earliestNs = sentBefore ? Math.max(nowNs, lastSentNs + MIN_INTERVAL_NS) : nowNs;
        dueNs = Math.min(dueNs, earliestNs);
        requests = 0;
        return dueNs;
    }

    /** A keyframe has begun to arrive: whoever has asked so far is served. */
    public void keyframe() {
        dueNs = Long.MAX_VALUE;
    }

    /** Whether a request is to be sent to the publisher now; true counts it as sent. */
    public boolean takeDue(long nowNs) {
        if (nowNs < dueNs) {
            return false;
        }
        sentBefore = true;
        lastSentNs = nowNs;
        sent++;
        requests++;
        dueNs = requests < MAX_REQUESTS ? nowNs + RETRY_INTERVAL_NS : Long.MAX_VALUE;
        return true;
    }

    /** When {@link #takeDue} will next be true; {@link Long#MAX_VALUE} when nobody waits. */
    public long nextDeadlineNs() {
        return dueNs;
    }

    /** Requests sent to the publisher. */
    public long sentTotal() {
        return sent;
    }
}
