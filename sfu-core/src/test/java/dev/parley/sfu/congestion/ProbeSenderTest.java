package dev.parley.sfu.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How long a probe lasts, and when it is given up. */
final class ProbeSenderTest {
    private static final long MS = 1_000_000;
    private static final int VOICE_BYTES = 120;
    private static final int PACKET_BYTES = 1_000;

    private final ProbeSender probes = new ProbeSender(new ProbeClusters(), new SentPackets());

    @Test
    void isGivenUpWhereThereIsOnlyAVoiceToMakeItOf() {
        probes.probe(1_800_000, 600_000, 0);
        for (long ms = 0; ms <= 200; ms += 20) {
            assertTrue(probes.due(ms * MS) > 0, "it would send more after " + ms + " ms");
            probes.sent(1, VOICE_BYTES);
        }
        assertFalse(probes.takeGivenUp());
        assertEquals(0, probes.due(220 * MS));
        assertTrue(probes.takeGivenUp());
        assertEquals(Long.MAX_VALUE, probes.nextDeadlineNs());
    }

    @Test
    void lastsLongEnoughToSeeThroughATokenBucketOnANarrowLink() {
        probes.probe(300_000, 250_000, 0);
        long bytes = 0;
        long ms = 0;
        while (probes.nextDeadlineNs() != Long.MAX_VALUE) {
            while (probes.due(ms * MS) > 0) {
                probes.sent(1, PACKET_BYTES);
                bytes += PACKET_BYTES;
            }
            ms += 2;
        }
        assertFalse(probes.takeGivenUp());
        assertTrue(bytes >= 20_000, bytes + " bytes");
        assertTrue(ms > 400 && ms < 600, ms + " ms");
    }
}
