package dev.parley.sfu.srtp;

/** The 48-bit packet index of RFC 3711 §3.3.1: rollover counter times 2^16 plus sequence number. */
final class PacketIndex {
    /** The last index of a key (RFC 3711 §9.2). */
    static final long MAX = (1L << 48) - 1;

    private PacketIndex() {}

    /**
     * The index that a sequence number stands for: the one nearest to the highest index so far (RFC 3711 appendix A).
     * With 65,535 (0x0000_FFFF) as highest, sequence number 2 gives 65,538 (0x0001_0002).
     *
     * @param highest the highest index authenticated, or -1 at the first packet, whose rollover counter is taken as 0
     * @return the index; negative when the packet would be from before the first one's rollover counter, or above
     *     {@link #MAX} when the key is exhausted
     */
    static long estimate(long highest, int sequenceNumber) {
        if (highest < 0) {
            return sequenceNumber;
        }
        return highest + (short) (sequenceNumber - (int) highest);
    }
}
