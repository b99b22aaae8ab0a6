package dev.parley.benchmarks.forward;

import java.io.IOException;

/** Something that forwards one publisher's packets to receivers: the limit in C, or Parley. */
interface Forwarder extends AutoCloseable {
    /** What a round has cost the thread that forwards. */
    record Cost(long cpuNs, long allocatedBytes, long packetsIn, long packetsOut, double meanRun) {}

    /** The UDP port on 127.0.0.1 that the publisher sends to. */
    int port();

    /** Packets that have left, ever; counts up while they leave. Any thread. */
    long packetsOut();

    /**
     * Starts a measurement.
     *
     * @param nextIndex the SRTP index of the publisher's next packet
     */
    void begin(int receivers, int run, long nextIndex) throws IOException;

    /** Ends it, when everything sent has been forwarded. */
    Cost end() throws IOException;

    @Override
    void close();
}
