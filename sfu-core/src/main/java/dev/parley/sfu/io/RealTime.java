package dev.parley.sfu.io;

/**
 * Real-time scheduling of the calling thread (SCHED_RR of sched(7), the lowest priority): it runs as soon as it has something to
 * do, before all ordinary threads, which otherwise keep it from its core for milliseconds. Threads that it starts are
 * ordinary ones.
 */
public final class RealTime {
    private static final int LOWEST = 1;

    private RealTime() {}

    /** False where this is not Linux, or does not permit it: that takes root, CAP_SYS_NICE, or a limit for rtprio. */
    public static boolean begin() {
        return ForeignSupport.fault() == null
                && LinuxCalls.schedule(LinuxAbi.SCHED_RR | LinuxAbi.SCHED_RESET_ON_FORK, LOWEST);
    }

    /** The thread is an ordinary one again. */
    public static void end() {
        LinuxCalls.schedule(LinuxAbi.SCHED_OTHER | LinuxAbi.SCHED_RESET_ON_FORK, 0);
    }
}
