package dev.parley.benchmarks.forward;

import java.util.Locale;

/** Where the time of a forwarded packet goes, in the order in which it passes. */
enum Stage {
    /** The port's part of receiving: the system calls and what it does before a packet is handed over. */
    RECEIVE,
    DECRYPT,
    /** Everything between: finding peer and track, statistics, each receiver's header, the retransmission buffer. */
    ROUTE,
    PROTECT,
    /** The port's part of sending: queueing into runs, and the system calls. */
    SEND;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
