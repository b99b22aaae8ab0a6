package dev.parley.benchmarks.load.account;

import java.io.IOException;

/** Where the figures of processes come from. */
public interface Accounting {
    /**
     * What a process has used.
     *
     * @throws IOException if there is no such process any more
     */
    ProcessUsage read(long pid) throws IOException;
}
