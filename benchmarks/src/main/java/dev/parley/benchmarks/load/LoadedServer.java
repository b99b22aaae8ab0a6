package dev.parley.benchmarks.load;

import dev.parley.benchmarks.load.target.MemberPlan;
import java.io.IOException;
import java.util.List;

/** A server whose load can be changed and measured. One thread at a time. */
interface LoadedServer {
    /** Members now. */
    int members();

    /** Forwarded streams now, if all goes as planned. */
    int streams();

    /** Members now whose join has failed: who has left again does not count. */
    int failed();

    /** Brings members in, at most so many a second, and waits until their media is connected. */
    void join(List<MemberPlan> plans, double perSecond) throws InterruptedException;

    /** Lets the last so many members go. */
    void leave(int count);

    /** Lets time pass under load. */
    void pass(String what, double seconds) throws InterruptedException;

    /** Measures for so long; an interrupt ends it with what there is by then, and stays set. */
    Measured measure(double seconds) throws IOException;
}
