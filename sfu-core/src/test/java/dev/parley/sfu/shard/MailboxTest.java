package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class MailboxTest {
    @Test
    void handsCommandsOutInTheOrderTheyCameIn() {
        Mailbox mailbox = new Mailbox(4);
        List<Integer> ran = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 4; i++) {
                int command = round * 4 + i;
                assertTrue(mailbox.offer(() -> ran.add(command)));
            }
            drain(mailbox);
        }
        for (int i = 0; i < 40; i++) {
            assertEquals(i, ran.get(i));
        }
    }

    @Test
    void refusesAndCountsWhenFull() {
        Mailbox mailbox = new Mailbox(3);
        for (int i = 0; i < 4; i++) {
            assertTrue(mailbox.offer(() -> {}));
        }
        assertFalse(mailbox.offer(() -> {}));
        assertEquals(1, mailbox.refused());
        drain(mailbox);
        assertTrue(mailbox.isEmpty());
        assertTrue(mailbox.offer(() -> {}));
    }

    @Test
    void keepsWhatItAcceptedAndRefusesTheRestOnceClosed() {
        Mailbox mailbox = new Mailbox(4);
        assertTrue(mailbox.offer(() -> {}));
        mailbox.close();
        mailbox.close();
        assertFalse(mailbox.offer(() -> {}));
        assertFalse(mailbox.isDrained());
        drain(mailbox);
        assertTrue(mailbox.isDrained());
        assertEquals(0, mailbox.refused());
    }

    @Test
    void losesNothingAndKeepsEachProducersOrderUnderContention() {
        int producers = 4;
        int each = 20_000;
        Mailbox mailbox = new Mailbox(64);
        long[] last = new long[producers];
        AtomicInteger accepted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    Runnable command = () -> {
                        assertEquals(last[producer] + 1, number);
                        last[producer] = number;
                    };
                    while (!mailbox.offer(command)) {
                        LockSupport.parkNanos(10_000);
                    }
                    accepted.incrementAndGet();
                }
            }));
        }
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int taken = 0; taken < producers * each; ) {
                Runnable command = mailbox.poll();
                if (command == null) {
                    LockSupport.parkNanos(10_000);
                } else {
                    command.run();
                    taken++;
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
        });
        assertEquals(producers * each, accepted.get());
        assertTrue(mailbox.isDrained());
        assertNull(mailbox.poll());
    }

    private static void drain(Mailbox mailbox) {
        for (Runnable command = mailbox.poll(); command != null; command = mailbox.poll()) {
            command.run();
        }
    }
}
