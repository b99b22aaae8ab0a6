package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stream.OutgoingPacket;
import java.util.Arrays;

/**
 * What waits to be encrypted for one peer: of each packet the head, and a reference to its source. Owned by the shard.
 *
 * <p>On the wire the packets of a stream stand together, in their order. Video packets that are one byte smaller than
 * their neighbours get a byte of padding (RFC 3550 §5.1): a frame of a browser is packets equal to within one byte, and
 * only equal ones leave as one run. The last of a run may be shorter, so a packet of audio is put behind a frame.
 */
final class PendingPackets {
    static final int CAPACITY = 64;

    private static final int NONE = -1;
    private static final int[] AS_ADDED = new int[CAPACITY];
    private static final int[] NO_PADDINGS = new int[CAPACITY];

    static {
        Arrays.setAll(AS_ADDED, i -> i);
    }

    private final OutgoingPacket[] packets = new OutgoingPacket[CAPACITY];
    /** The length of each. */
    private final int[] sizes = new int[CAPACITY];

    private int count;
    /** Whether all are of one stream and one size, as most often, so that there is nothing to arrange. */
    private boolean uniform;
    /** Behind each packet, the next one of its stream. */
    private final int[] nextOfStream = new int[CAPACITY];

    private final int[] firstOfStream = new int[CAPACITY];
    private final int[] lastOfStream = new int[CAPACITY];
    private int streams;

    /** Packets that are alone of their stream. */
    private final int[] singles = new int[CAPACITY];

    private int singleCount;

    private final int[] arranged = new int[CAPACITY];
    private int placed;
    private final int[] paddings = new int[CAPACITY];
    /** What has been decided: the two above, or that nothing is changed. */
    private int[] wireOrder = AS_ADDED;

    private int[] wirePaddings = NO_PADDINGS;

    PendingPackets(PacketPool pool) {
        Arrays.setAll(packets, i -> new OutgoingPacket(pool.window(OutgoingPacket.HEAD_CAPACITY)));
    }

    /** Whether what is pending has to leave before another packet is begun. */
    boolean isFull() {
        return count == CAPACITY;
    }

    /** The next packet to be filled. There has to be room. */
    OutgoingPacket begin() {
        return packets[count];
    }

    /** Takes the packet begun last, and retains its source. */
    void add(OutgoingPacket packet) {
        packet.retainSource();
        int size = packet.length();
        uniform = count == 0 || uniform && size == sizes[0] && packet.ssrc() == packets[0].ssrc();
        sizes[count++] = size;
    }

    /** Decides order and padding, and returns how many packets there are for {@link #packet} and {@link #padding}. */
    int arrange() {
        if (uniform) {
            wireOrder = AS_ADDED;
            wirePaddings = NO_PADDINGS;
            return count;
        }
        wireOrder = arranged;
        wirePaddings = paddings;
        placed = 0;
        groupByStream();
        if (streams == 1) {
            placeStream(0);
            return placed;
        }
        collectSingles();
        for (int stream = 0; stream < streams; stream++) {
            if (!isSingle(stream)) {
                placeStream(stream);
                placeSingleBehind(sizes[arranged[placed - 1]]);
            }
        }
        for (int i = 0; i < singleCount; i++) {
            place(singles[i]);
        }
        return placed;
    }

    private void groupByStream() {
        streams = 0;
        for (int index = 0; index < count; index++) {
            nextOfStream[index] = NONE;
            int stream = streamOf(packets[index].ssrc());
            if (stream == NONE) {
                firstOfStream[streams] = index;
                lastOfStream[streams] = index;
                streams++;
            } else {
                nextOfStream[lastOfStream[stream]] = index;
                lastOfStream[stream] = index;
            }
        }
    }

    /** From the latest to the first: packets of one stream come in bursts. */
    private int streamOf(int ssrc) {
        for (int i = streams - 1; i >= 0; i--) {
            if (packets[lastOfStream[i]].ssrc() == ssrc) {
                return i;
            }
        }
        return NONE;
    }

    private boolean isSingle(int stream) {
        return firstOfStream[stream] == lastOfStream[stream];
    }

    /**
     * Streams with one packet, such as audio, the largest first: each can end a run of larger packets, and two of them
     * make one.
     */
    private void collectSingles() {
        singleCount = 0;
        for (int stream = 0; stream < streams; stream++) {
            if (isSingle(stream)) {
                int single = firstOfStream[stream];
                int at = singleCount++;
                while (at > 0 && sizes[singles[at - 1]] < sizes[single]) {
                    singles[at] = singles[at - 1];
                    at--;
                }
                singles[at] = single;
            }
        }
    }

    private void placeStream(int stream) {
        int from = placed;
        for (int index = firstOfStream[stream]; index != NONE; index = nextOfStream[index]) {
            place(index);
        }
        if (packets[firstOfStream[stream]].isPaddable()) {
            equalise(from, placed);
        }
    }

    private void place(int index) {
        arranged[placed] = index;
        paddings[placed++] = 0;
    }

    /** Lets the largest single that is no larger than {@code size} ride on the run before it. */
    private void placeSingleBehind(int size) {
        for (int i = 0; i < singleCount; i++) {
            if (sizes[singles[i]] <= size) {
                place(singles[i]);
                singleCount--;
                System.arraycopy(singles, i + 1, singles, i, singleCount - i);
                return;
            }
        }
    }

    /** Pads within each stretch of packets whose sizes are equal to within one byte. */
    private void equalise(int from, int to) {
        int start = from;
        while (start < to) {
            int smallest = sizes[arranged[start]];
            int largest = smallest;
            int end = start + 1;
            while (end < to) {
                int size = sizes[arranged[end]];
                if (size > smallest + 1 || size < largest - 1) {
                    break;
                }
                smallest = Math.min(smallest, size);
                largest = Math.max(largest, size);
                end++;
            }
            if (smallest < largest) {
                pad(start, end - 1, largest);
            }
            start = end;
        }
    }

    /** The last of a stretch stays as it is: a run may end with a shorter packet. */
    private void pad(int from, int last, int size) {
        for (int i = from; i < last; i++) {
            OutgoingPacket packet = packets[arranged[i]];
            int end = packet.sourceOffset() + packet.restLength();
            if (sizes[arranged[i]] < size && end < packet.source().capacity()) {
                paddings[i] = 1;
            }
        }
    }

    /** Whether all packets are of one stream and of one size, so that none is padded. */
    boolean isUniform() {
        return uniform;
    }

    /** The packet at a place on the wire. */
    OutgoingPacket packet(int place) {
        return packets[wireOrder[place]];
    }

    /** How many bytes of padding it gets: 0 or 1. */
    int padding(int place) {
        return wirePaddings[place];
    }

    /** Lets go of everything. */
    void clear() {
        for (int i = 0; i < count; i++) {
            packets[i].releaseSource();
        }
        count = 0;
    }

    int count() {
        return count;
    }
}
