package dev.parley.sfu.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DeadlineHeapTest {
    private static final class Alarm implements Timed {
        long deadlineNs;
        long nextNs = Long.MAX_VALUE;
        int calls;
        Runnable action = () -> {};

        Alarm(long deadlineNs) {
            this.deadlineNs = deadlineNs;
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }

        @Override
        public void onDeadline(long nowNs) {
            calls++;
            deadlineNs = nextNs;
            action.run();
        }
    }

    @Test
    void agreesWithAPlainListUnderRandomChanges() {
        SplittableRandom random = new SplittableRandom(20_260_901);
        DeadlineHeap heap = new DeadlineHeap();
        List<Alarm> alarms = new ArrayList<>();
        List<DeadlineHeap.Handle> handles = new ArrayList<>();
        for (int step = 0; step < 50_000; step++) {
            int pick = alarms.isEmpty() ? 0 : random.nextInt(alarms.size());
            switch (random.nextInt(alarms.size() < 300 ? 4 : 3)) {
                case 0 -> {
                    if (!alarms.isEmpty()) {
                        handles.remove(pick).remove();
                        alarms.remove(pick);
                    }
                }
                case 3 -> {
                    alarms.add(new Alarm(random.nextInt(1_000)));
                    handles.add(heap.add(alarms.getLast()));
                }
                default -> {
                    if (!alarms.isEmpty()) {
                        alarms.get(pick).deadlineNs = random.nextInt(5) == 0 ? Long.MAX_VALUE : random.nextInt(1_000);
                        handles.get(pick).update();
                    }
                }
            }
            long earliest =
                    alarms.stream().mapToLong(alarm -> alarm.deadlineNs).min().orElse(Long.MAX_VALUE);
            assertEquals(earliest, heap.nextDeadlineNs(), "step " + step);
            assertEquals(alarms.size(), heap.size());
        }
    }

    @Test
    void callsWhatIsDueEarliestFirstAndNothingElse() {
        DeadlineHeap heap = new DeadlineHeap();
        SplittableRandom random = new SplittableRandom(7);
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long deadlineNs = random.nextInt(100);
            Alarm alarm = new Alarm(deadlineNs);
            alarm.action = () -> order.add(deadlineNs);
            heap.add(alarm);
        }
        int calls = heap.runDue(49);
        assertEquals(order.size(), calls);
        assertEquals(order.stream().sorted().toList(), order);
        assertEquals(49, order.getLast());
        heap.runDue(Long.MAX_VALUE - 1);
        assertEquals(200, order.size());
        assertEquals(Long.MAX_VALUE, heap.nextDeadlineNs());
    }

    @Test
    void callsOneThatStaysInThePastOnceARun() {
        DeadlineHeap heap = new DeadlineHeap();
        Alarm alarm = new Alarm(5);
        alarm.nextNs = 5;
        heap.add(alarm);
        assertEquals(1, heap.runDue(10));
        assertEquals(1, heap.runDue(11));
        assertEquals(2, alarm.calls);
    }

    @Test
    void letsADeadlineRemoveItselfAndOthers() {
        DeadlineHeap heap = new DeadlineHeap();
        Alarm first = new Alarm(1);
        Alarm second = new Alarm(2);
        DeadlineHeap.Handle firstHandle = heap.add(first);
        DeadlineHeap.Handle secondHandle = heap.add(second);
        first.action = () -> {
            firstHandle.remove();
            secondHandle.remove();
        };
        assertEquals(1, heap.runDue(10));
        assertEquals(0, heap.size());
        assertEquals(0, second.calls);
        secondHandle.update();
        secondHandle.remove();
        assertEquals(0, heap.size());
    }

    @Test
    void staysWholeWhenADeadlineThrows() {
        DeadlineHeap heap = new DeadlineHeap();
        Alarm broken = new Alarm(1);
        broken.nextNs = 100;
        broken.action = () -> {
            throw new IllegalStateException("on purpose");
        };
        Alarm sound = new Alarm(2);
        heap.add(broken);
        heap.add(sound);
        assertThrows(IllegalStateException.class, () -> heap.runDue(10));
        assertEquals(2, heap.nextDeadlineNs());
        heap.runDue(10);
        assertEquals(1, sound.calls);
        assertEquals(100, heap.nextDeadlineNs());
    }
}
