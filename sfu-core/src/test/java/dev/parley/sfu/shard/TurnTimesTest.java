package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TurnTimesTest {
    private static final long MS = 1_000_000;

    private final Logger logger = (Logger) LoggerFactory.getLogger(TurnTimes.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final TurnTimes times = new TurnTimes(3);

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
    }

    @Test
    void saysWhichStepWasLong() {
        turn();
        assertEquals(TurnTimes.Step.DEADLINES, times.longest());
        assertTrue(times.logSlow(20 * MS, 15 * MS, 7));
        assertEquals(
                "shard=3 event=slow-turn ms=15 longest=deadlines longest-ms=9 slow-turns=7",
                appender.list.getFirst().getFormattedMessage());
    }

    @Test
    void saysItOnceASecondAtMost() {
        turn();
        assertTrue(times.logSlow(20 * MS, 15 * MS, 1));
        assertFalse(times.logSlow(1_019 * MS, 15 * MS, 2));
        assertTrue(times.logSlow(1_020 * MS, 15 * MS, 3));
        assertEquals(2, appender.list.size());
    }

    private void turn() {
        times.begin(0);
        times.end(TurnTimes.Step.PACKETS, 2 * MS);
        times.end(TurnTimes.Step.COMMANDS, 3 * MS);
        times.end(TurnTimes.Step.DEADLINES, 12 * MS);
        times.end(TurnTimes.Step.PROTECT, 13 * MS);
        times.end(TurnTimes.Step.FLUSH, 15 * MS);
    }
}
