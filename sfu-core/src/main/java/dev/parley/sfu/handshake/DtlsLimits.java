package dev.parley.sfu.handshake;

import java.time.Duration;

/**
 * What DTLS handshakes may take.
 *
 * @param maxHandshakes handshakes at a time; further ones are refused until one has ended
 * @param timeLimit how long a handshake may take
 * @param initialResend the wait before a flight is sent again, which doubles each time; RFC 6347 §4.2.4.1 says a second,
 *     with ICE's round trips known to be short it may be less
 * @param queuedDatagrams inbound datagrams that may wait for a peer's thread; more are dropped
 */
public record DtlsLimits(int maxHandshakes, Duration timeLimit, Duration initialResend, int queuedDatagrams) {
    public DtlsLimits {
        requirePositive("max-dtls-handshakes", maxHandshakes);
        requirePositive("dtls-time-limit-ms", timeLimit.toMillis());
        requirePositive("dtls-initial-resend-ms", initialResend.toMillis());
        requirePositive("dtls-queued-datagrams", queuedDatagrams);
    }

    public static DtlsLimits defaults() {
        return new DtlsLimits(256, Duration.ofSeconds(10), Duration.ofMillis(200), 64);
    }

    private static void requirePositive(String key, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be at least 1, got " + value);
        }
    }
}
