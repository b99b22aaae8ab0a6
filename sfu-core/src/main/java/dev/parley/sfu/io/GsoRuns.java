package dev.parley.sfu.io;

/**
 * The rule by which datagrams to one destination, sent one after the other, become one send with {@code UDP_SEGMENT}:
 * all of one size, of which the last may be shorter. Tells for each datagram whether it goes on with the run before it;
 * that it has the same destination is the caller's to know. Owned by one thread.
 */
public final class GsoRuns {
    /** What every kernel with {@code UDP_SEGMENT} takes; later ones take 128. */
    public static final int MAX_SEGMENTS = 64;
    /** The largest UDP payload over IPv4, which bounds a run as the kernel makes one packet of it first. */
    public static final int MAX_RUN_BYTES = 65_507;

    private int segmentBytes;
    private int segments;
    private int bytes;
    private boolean ended = true;

    /** Whether a datagram of this size can join the run that is being made. */
    public boolean fits(int lengthBytes) {
        return !ended && lengthBytes <= segmentBytes && segments < MAX_SEGMENTS && bytes + lengthBytes <= MAX_RUN_BYTES;
    }

    /** Begins a run with a datagram of this size. */
    public void begin(int lengthBytes) {
        segmentBytes = lengthBytes;
        segments = 1;
        bytes = lengthBytes;
        ended = false;
    }

    /** Puts a datagram into the run, which {@link #fits} has allowed; one that is shorter is its last. */
    public void add(int lengthBytes) {
        segments++;
        bytes += lengthBytes;
        ended = lengthBytes < segmentBytes;
    }

    /** Nothing more joins the run, such as when another destination comes between. */
    public void end() {
        ended = true;
    }

    /** Datagrams of the run so far. */
    public int segments() {
        return segments;
    }

    /** The size of all its datagrams but the last, in bytes. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /** All its bytes. */
    public int bytes() {
        return bytes;
    }
}
