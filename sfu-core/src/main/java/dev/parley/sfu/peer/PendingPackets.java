package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stream.OutgoingPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be encrypted for one peer: of each packet a buffer that begins with its head, and a reference to its
 * source. Owned by the shard.
 *
 * <p>On the wire the packets of a stream stand together, in their order. Video packets that are one byte smaller than
 * their neighbours get a byte of padding (RFC 3550 §5.1): a frame of a browser is packets equal to within one byte, and
 * only equal ones leave as one run. The last of a run may be shorter, so a packet of audio is put behind a frame.
 */
final class PendingPackets {
    static final int CAPACITY = 64;

    private static final int NONE = -1;

    private final PacketPool pool;

    private final OutgoingPacket[] packets = new OutgoingPacket[CAPACITY];
    /** The length of each. */
    private final int[] sizes = new int[CAPACITY];

    private int count;
    /** Behind each packet, the next one of its stream. */
    private final int[] nextOfStream = new int[CAPACITY];

    private final int[] firstOfStream = new int[CAPACITY];
    private final int[] lastOfStream = new int[CAPACITY];
    private int streams;

    /** Packets that are alone of their stream. */
    private final int[] singles = new int[CAPACITY];

    private int singleCount;

    private final int[] wireOrder = new int[CAPACITY];
    private int placed;
    private final int[] paddings = new int[CAPACITY];

    PendingPackets(PacketPool pool) {
        this.pool = pool;
        Arrays.setAll(packets, i -> new OutgoingPacket());
    }

    /** Whether what is pending has to leave before another packet is begun. */
    boolean isFull() {
        return count == CAPACITY;
    }

    /** The next packet to be filled, or {@code null} when the pool is empty. There has to be room. */
    @Nullable
    OutgoingPacket begin() {
        OutgoingPacket next = packets[count];
        if (!next.hasHead()) {
            PacketBuffer head = pool.acquire();
            if (head == null) {
                return null;
            }
            next.head(head);
        }
        return next;
    }

    /** Takes the packet begun last, and retains its source. */
    void add(OutgoingPacket packet) {
        packet.source().retain();
        int index = count++;
        sizes[index] = packet.length();
        nextOfStream[index] = NONE;
        int stream = streamOf(packet.ssrc());
        if (stream == NONE) {
            firstOfStream[streams] = index;
            lastOfStream[streams] = index;
            streams++;
        } else {
            nextOfStream[lastOfStream[stream]] = index;
            lastOfStream[stream] = index;
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

    /** Decides order and padding, and returns how many packets there are for {@link #packet} and {@link #padding}. */
    int arrange() {
        placed = 0;
        if (streams == 1) {
            placeStream(0);
            return placed;
        }
        collectSingles();
        for (int stream = 0; stream < streams; stream++) {
            if (!isSingle(stream)) {
                placeStream(stream);
                placeSingleBehind(sizes[wireOrder[placed - 1]]);
            }
        }
        for (int i = 0; i < singleCount; i++) {
            place(singles[i]);
        }
        return placed;
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
        wireOrder[placed] = index;
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
            int smallest = sizes[wireOrder[start]];
            int largest = smallest;
            int end = start + 1;
            while (end < to) {
                int size = sizes[wireOrder[end]];
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
            OutgoingPacket packet = packet(i);
            int end = packet.sourceOffset() + packet.restLength();
            if (sizes[wireOrder[i]] < size && end < packet.source().capacity()) {
                paddings[i] = 1;
            }
        }
    }

    /** The packet at a place on the wire. */
    OutgoingPacket packet(int place) {
        return packets[wireOrder[place]];
    }

    /** How many bytes of padding it gets: 0 or 1. */
    int padding(int place) {
        return paddings[place];
    }

    /** Lets go of everything. */
    void clear() {
        for (int i = 0; i < count; i++) {
            packets[i].source().release();
        }
        // One more may have been begun.
        for (int i = 0; i < CAPACITY && packets[i].hasHead(); i++) {
            packets[i].head().release();
            packets[i].head(null);
        }
        count = 0;
        streams = 0;
    }

    int count() {
        return count;
    }
}
