package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one shard by channel, which is what packets that come through a pipe are addressed to. Owned by the
 * shard.
 *
 * <p>A channel is a place in a list and a generation, so that packets still under way to one that was given up do not
 * reach the next in its place.
 */
public final class ReplicaDirectory {
    private static final int PLACE_BITS = 16;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

    private final List<@Nullable TrackReplica> replicas = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();
    private int[] generations = new int[16];
    private final DropCounters drops;

    public ReplicaDirectory(DropCounters drops) {
        this.drops = drops;
    }

    /** Gives a replica a channel. */
    public int add(TrackReplica replica) {
        int place;
        if (free.isEmpty()) {
            place = replicas.size();
            if (place > PLACE_MASK) {
                throw new IllegalStateException("more than " + PLACE_MASK + " tracks of other shards are watched here");
            }
            replicas.add(replica);
            if (place == generations.length) {
                generations = Arrays.copyOf(generations, 2 * place);
            }
        } else {
            place = free.removeLast();
            replicas.set(place, replica);
        }
        return generations[place] << PLACE_BITS | place;
    }

    public void remove(int channel) {
        if (find(channel) != null) {
            int place = channel & PLACE_MASK;
            replicas.set(place, null);
            generations[place]++;
            free.add(place);
        }
    }

    /** The replica of a channel, or {@code null} when it was given up. */
    public @Nullable TrackReplica find(int channel) {
        int place = channel & PLACE_MASK;
        boolean known = place < replicas.size() && channel >>> PLACE_BITS == (generations[place] & PLACE_MASK);
        return known ? replicas.get(place) : null;
    }

    /** A packet has come for a channel. Borrowed. */
    public void onPacket(int channel, PacketBuffer packet, long nowNs) {
        TrackReplica replica = find(channel);
        DropReason reason = replica == null ? DropReason.PIPE_CLOSED : replica.onPacket(packet, nowNs);
        if (reason != null) {
            drops.count(reason);
        }
    }

    /** A packet for somebody here was lost on the way. */
    public void dropped(DropReason reason) {
        drops.count(reason);
    }

    /** Channels in use. */
    public int size() {
        return replicas.size() - free.size();
    }
}
