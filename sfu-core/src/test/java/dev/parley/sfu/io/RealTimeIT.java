package dev.parley.sfu.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the kernel says of a thread that has asked; skipped where it is not permitted. */
final class RealTimeIT {
    private static final int POLICY = 41;
    private static final int PRIORITY = 40;

    @Test
    void theThreadAloneRunsBeforeOrdinaryOnesUntilItGivesThatBack() throws Exception {
        assumeTrue(RealTime.begin(), "real-time scheduling is not permitted here");
        try {
            assertEquals("2 1", scheduling(), "SCHED_RR at its lowest priority");
            String[] child = new String[1];
            Thread thread = Thread.ofPlatform().start(() -> child[0] = schedulingUnchecked());
            thread.join();
            assertEquals("0 0", child[0], "a thread that it starts is an ordinary one");
        } finally {
            RealTime.end();
        }
        assertEquals("0 0", scheduling());
    }

    private static String schedulingUnchecked() {
        try {
            return scheduling();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Policy and priority of the calling thread: fields 41 and 40 of proc_pid_stat(5). */
    private static String scheduling() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        // The second field is the thread's name in parentheses, which may have spaces in it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[POLICY - 3] + " " + fields[PRIORITY - 3];
    }
}
