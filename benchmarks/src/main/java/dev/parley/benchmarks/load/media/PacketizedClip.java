package dev.parley.benchmarks.load.media;

import java.util.ArrayList;
import java.util.List;

/**
 * A clip cut into packets, and the way back: which packet of the clip a payload is. Immutable; any thread.
 *
 * <p>A payload is known by its CRC-32C and its length; a changed one is of no packet but with a chance of 2⁻³² a packet
 * of the same length. Payloads that are the same, such as silence, are told apart by what came before.
 */
public final class PacketizedClip {
    /** No packet of the clip. */
    public static final int UNKNOWN = -1;

    private final MediaClip clip;
    private final List<PacketizedEncoding> encodings = new ArrayList<>();
    /** By hash, numbers over all encodings plus one; 0 is empty. */
    private final int[] table;
    /** Of each packet the next one with the same payload, or UNKNOWN. */
    private final int[] nextSame;

    private final int[] firstOf;

    private PacketizedClip(MediaClip clip) {
        this.clip = clip;
        firstOf = new int[clip.encodings().size() + 1];
        for (int i = 0; i < clip.encodings().size(); i++) {
            PacketizedEncoding encoding =
                    PacketizedEncoding.of(clip.codec(), clip.encodings().get(i));
            encodings.add(encoding);
            firstOf[i + 1] = firstOf[i] + encoding.packets();
        }
        int packets = firstOf[encodings.size()];
        table = new int[Integer.highestOneBit(packets) * 4];
        nextSame = new int[packets];
        // From the last to the first, so that those that are the same are linked in order.
        for (int number = packets - 1; number >= 0; number--) {
            enter(number);
        }
    }

    /** The clip in packets: to be made once, and shared by all who play it. */
    public static PacketizedClip of(MediaClip clip) {
        return new PacketizedClip(clip);
    }

    private void enter(int number) {
        int slot = slot(sumOf(number), lengthOf(number));
        nextSame[number] = table[slot] == 0 ? UNKNOWN : table[slot] - 1;
        table[slot] = number + 1;
    }

    /** The slot of packets with this sum and length: theirs, or the empty one where they would be. */
    private int slot(int sum, int length) {
        int mask = table.length - 1;
        int slot = (sum ^ length * 0x9E37_79B9) & mask;
        while (table[slot] != 0) {
            int number = table[slot] - 1;
            if (sumOf(number) == sum && lengthOf(number) == length) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private int sumOf(int number) {
        int encoding = encodingOf(number);
        return encodings.get(encoding).sum(number - firstOf[encoding]);
    }

    private int lengthOf(int number) {
        int encoding = encodingOf(number);
        return encodings.get(encoding).length(number - firstOf[encoding]);
    }

    public MediaClip clip() {
        return clip;
    }

    public int encodings() {
        return encodings.size();
    }

    public PacketizedEncoding encoding(int index) {
        return encodings.get(index);
    }

    /** Packets of all encodings. */
    public int packets() {
        return nextSame.length;
    }

    /** The number, over all encodings, of a packet of one of them. */
    public int number(int encoding, int packet) {
        return firstOf[encoding] + packet;
    }

    public int encodingOf(int number) {
        int encoding = 0;
        while (number >= firstOf[encoding + 1]) {
            encoding++;
        }
        return encoding;
    }

    public int packetOf(int number) {
        return number - firstOf[encodingOf(number)];
    }

    /**
     * The number of the packet with this payload.
     *
     * @param before the number of the one before it, or {@link #UNKNOWN}: of several, the next after that is meant
     */
    public int find(int sum, int length, int before) {
        int first = table[slot(sum, length)] - 1;
        if (first < 0 || nextSame[first] == UNKNOWN || before == UNKNOWN) {
            return first;
        }
        int candidate = first;
        while (candidate != UNKNOWN && candidate <= before) {
            candidate = nextSame[candidate];
        }
        // None behind it in the clip: after the clip's end comes its beginning.
        return candidate == UNKNOWN ? first : candidate;
    }
}
