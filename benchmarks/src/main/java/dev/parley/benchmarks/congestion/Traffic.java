package dev.parley.benchmarks.congestion;

/** What goes through a bottleneck from one end to the other. */
interface Traffic {
    /** Begins at the simulation's time. */
    void start();

    /** What has arrived. */
    FlowLog log();

    /** The simulation is over: lets go of what is under way. */
    default void close() {}
}
