package dev.parley.signaling.fake;

import dev.parley.signaling.session.SessionLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;

/** A session loop that a test runs by hand, on a virtual clock. */
public final class ManualLoop implements SessionLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Scheduled> timers = new ArrayList<>();
    private long nowNs = 1_000;

    private static final class Scheduled {
        private final long atNs;
        private final Runnable task;

        private Scheduled(long atNs, Runnable task) {
            this.atNs = atNs;
            this.task = task;
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Scheduled timer = new Scheduled(nowNs + delay.toNanos(), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    /** Runs all that waits, and what that leads to. */
    public void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass, running each timer at its time. */
    public void pass(Duration duration) {
        run();
        long endNs = nowNs + duration.toNanos();
        while (true) {
            Scheduled next = timers.stream()
                    .filter(timer -> timer.atNs <= endNs)
                    .min(Comparator.comparingLong(timer -> timer.atNs))
                    .orElse(null);
            if (next == null) {
                break;
            }
            timers.remove(next);
            nowNs = next.atNs;
            next.task.run();
            run();
        }
        nowNs = endNs;
    }

    public void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    public int timersWaiting() {
        return timers.size();
    }
}
