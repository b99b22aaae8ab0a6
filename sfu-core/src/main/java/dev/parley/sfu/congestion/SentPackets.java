package dev.parley.sfu.congestion;

import java.util.Arrays;

/**
 * What has been sent to one subscriber, by transport-wide sequence number, until feedback tells what became of it. Owned
 * by the shard; one store into one array a packet.
 *
 * <p>Of a packet it keeps when it left, how large it was and of which probe it was. All packets of a turn share their
 * time. Packets told of as lost stay, as a later feedback may have them after all.
 */
final class SentPackets {
    private static final int INITIAL_CAPACITY = 256;
    private static final int PART = 64;
    /** At 50 Mbit/s and a feedback every 250 ms that is a round trip of two seconds. */
    private static final int MAX_CAPACITY = 1 << 14;
    /** What is older has been forgotten by the receiver, too; in µs. */
    private static final long MAX_AGE_US = 2_000_000;

    private static final int SIZE_BITS = 11;
    private static final int MAX_SIZE = (1 << SIZE_BITS) - 1;
    private static final int LOST = 1 << SIZE_BITS;
    private static final int CLUSTER_SHIFT = SIZE_BITS + 1;
    private static final int CLUSTER_MASK = 0xF;
    private static final int TIME_SHIFT = 16;

    /** Of each packet: µs, 4 bits of probe, whether it was reported lost, size; 0 when its arrival is known. */
    private long[] entries = {};

    private int mask;
    /** Who tells nothing needs no history: it would only wash the cache. */
    private int maxCapacity = INITIAL_CAPACITY;

    private long next;
    /** How many packets can be added before the places for more are looked at. */
    private int room;

    private int cluster;
    private long turnNs;
    /** What all packets sent now have in common. */
    private long turn;

    /** From now on packets leave at {@code nowNs}. */
    void turn(long nowNs) {
        turnNs = nowNs;
        turn = nowNs / 1_000 << TIME_SHIFT | (long) cluster << CLUSTER_SHIFT;
    }

    long turnNs() {
        return turnNs;
    }

    /** From the next turn on packets are part of this probe, 1 to 15, or of none, 0. */
    void cluster(int number) {
        cluster = number;
    }

    int cluster() {
        return cluster;
    }

    /** Feedback arrives: from now on as much is kept as it may tell of. */
    void heard() {
        maxCapacity = MAX_CAPACITY;
    }

    /** Numbers the next packet, 0 to 65,535. */
    int add(int sizeBytes) {
        if (room == 0) {
            makeRoom();
        }
        room--;
        // A store alone: to look here first, whether the place is free, would be to wait for the memory.
        entries[(int) next & mask] = turn | Math.min(sizeBytes, MAX_SIZE);
        return (int) next++ & 0xFFFF;
    }

    /** Looks at a part of the table at a time: grows where packets stand there that may yet be heard of. */
    private void makeRoom() {
        if (entries.length == 0) {
            grow();
        } else if (entries.length < maxCapacity) {
            for (int i = 0; i < PART; i++) {
                long entry = entries[(int) (next + i) & mask];
                if (entry != 0 && isYoung(entry)) {
                    grow();
                    break;
                }
            }
        }
        room = PART;
    }

    private boolean isYoung(long entry) {
        return (turn >>> TIME_SHIFT) - (entry >>> TIME_SHIFT) < MAX_AGE_US;
    }

    private void grow() {
        long[] old = entries;
        entries = new long[Math.max(INITIAL_CAPACITY, 2 * old.length)];
        mask = entries.length - 1;
        for (long sequence = Math.max(0, next - old.length); sequence < next; sequence++) {
            entries[(int) sequence & mask] = old[(int) sequence & old.length - 1];
        }
    }

    /** The unwrapped number of a packet lately sent, or -1 if there was none. */
    long find(int sequence16) {
        long last = next - 1;
        long sequence = last - ((int) last - sequence16 & 0xFFFF);
        return sequence < 0 || last - sequence >= entries.length ? -1 : sequence;
    }

    /** Whether this packet is still waited for, so that the accessors may be asked about it. */
    boolean isWaitedFor(long sequence) {
        return entries[(int) sequence & mask] != 0;
    }

    long sentUs(long sequence) {
        return entries[(int) sequence & mask] >>> TIME_SHIFT;
    }

    int sizeBytes(long sequence) {
        return (int) entries[(int) sequence & mask] & MAX_SIZE;
    }

    int cluster(long sequence) {
        return (int) (entries[(int) sequence & mask] >>> CLUSTER_SHIFT) & CLUSTER_MASK;
    }

    boolean wasLost(long sequence) {
        return (entries[(int) sequence & mask] & LOST) != 0;
    }

    void lost(long sequence) {
        entries[(int) sequence & mask] |= LOST;
    }

    void arrived(long sequence) {
        entries[(int) sequence & mask] = 0;
    }

    /** How many packets have been numbered. */
    long count() {
        return next;
    }

    int capacity() {
        return entries.length;
    }

    /** What is on its way will not be heard of, or is of no interest: numbers go on. */
    void forget() {
        Arrays.fill(entries, 0);
    }
}
