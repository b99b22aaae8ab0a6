package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Objects;
import org.junit.jupiter.api.Test;

final class SentSpansTest {
    private final SentSpans spans = new SentSpans();
    private final IngressStream a = stream(1);
    private final IngressStream b = stream(2);

    @Test
    void numberIsFoundInTheSpanThatItWasSentIn() {
        assertNull(spans.find(100));
        begin(100, a, 93);
        begin(102, a, 92);
        begin(103, b, -4_897);
        assertNull(spans.find(99));
        assertEquals(8, source(101));
        assertEquals(10, source(102));
        assertEquals(5_000, source(103));
        assertEquals(5_007, source(110));
        assertSame(a, span(102).source());
        assertSame(b, span(103).source());
    }

    @Test
    void spanThatNothingWasSentInIsReplaced() {
        begin(100, a, 0);
        begin(102, a, 1);
        begin(102, b, 2);
        assertSame(b, span(102).source());
        begin(101, a, 3);
        assertEquals(98, source(101));
        assertEquals(99, source(102));
        assertEquals(100, source(100));
    }

    @Test
    void oldestMakeWayOnceThereAreMany() {
        for (int i = 0; i < 1_000; i++) {
            begin(10L * i, a, i);
        }
        assertNull(spans.find(10 * 487));
        for (int i = 488; i < 1_000; i++) {
            assertEquals(9L * i, source(10L * i));
        }
    }

    @Test
    void allIsForgottenAtOnce() {
        begin(100, a, 0);
        spans.clear();
        assertNull(spans.find(100));
        begin(50, b, 0);
        assertSame(b, span(60).source());
    }

    private void begin(long firstOut, IngressStream source, long offset) {
        spans.begin(firstOut).from(source, offset);
    }

    private SentSpans.Span span(long outSequence) {
        return Objects.requireNonNull(spans.find(outSequence));
    }

    private long source(long outSequence) {
        return span(outSequence).sourceSequence(outSequence);
    }

    private static IngressStream stream(int ssrc) {
        return new IngressStream(
                new IngressSettings(ssrc, true, null, true, Packets.PUBLISHER_TYPES, Packets.PUBLISHER_EXTENSIONS),
                new PublisherClock(),
                (stream, packet, nowNs) -> {});
    }
}
