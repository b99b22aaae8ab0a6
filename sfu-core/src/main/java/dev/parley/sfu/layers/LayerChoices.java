package dev.parley.sfu.layers;

/**
 * What has been chosen of a stream's layers, and from which picture on: for packets that come late. Pictures are told apart by
 * their timestamps, as of a lost packet nobody knows which picture its number belongs to. Owned by the shard.
 */
final class LayerChoices {
    static final int NONE = -1;
    /** Several times what a repair can take, at a change with every picture. */
    private static final int KEPT = 64;

    private final int[] timestamps = new int[KEPT];
    private final byte[] spatials = new byte[KEPT];
    private final byte[] temporals = new byte[KEPT];
    private final byte[] targets = new byte[KEPT];
    private int count;

    void clear() {
        count = 0;
    }

    /** So it is in this picture, and in those after it until something else is noted. */
    void note(int timestamp, int spatial, int temporal, int target) {
        int last = count - 1 & KEPT - 1;
        boolean same = count > 0 && spatials[last] == spatial && temporals[last] == temporal && targets[last] == target;
        if (same) {
            return;
        }
        int place = count > 0 && timestamps[last] == timestamp ? last : count++ & KEPT - 1;
        timestamps[place] = timestamp;
        spatials[place] = (byte) spatial;
        temporals[place] = (byte) temporal;
        targets[place] = (byte) target;
    }

    /** Where it is noted what was chosen of a picture, or {@link #NONE} if that is not known any more. */
    int of(int timestamp) {
        for (int i = count - 1; i >= Math.max(0, count - KEPT); i--) {
            int place = i & KEPT - 1;
            if (timestamp - timestamps[place] >= 0) {
                return place;
            }
        }
        return NONE;
    }

    int spatial(int place) {
        return spatials[place];
    }

    int temporal(int place) {
        return temporals[place];
    }

    /** The decode target of a dependency descriptor. */
    int target(int place) {
        return targets[place];
    }
}
