package dev.parley.signaling.session;

import java.time.Duration;

/**
 * The one thread that owns all session state, and its clock: sockets and shards reach a session only by a task here.
 * One is enough, since a signaling message costs microseconds and media never comes by; tests run it by hand.
 */
public interface SessionLoop {
    /** Runs the task after those already given. Any thread. */
    void execute(Runnable task);

    /** Runs the task once after the delay. */
    Timer schedule(Duration delay, Runnable task);

    long nowNs();

    /** A task that waits for its time. */
    interface Timer {
        void cancel();
    }
}
