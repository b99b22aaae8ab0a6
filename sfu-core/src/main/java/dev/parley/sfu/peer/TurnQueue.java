package dev.parley.sfu.peer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who has something to do at the end of a shard's turn, each once. Owned by the shard.
 *
 * @param <M> what is queued
 */
final class TurnQueue<M extends TurnQueue.Member> {
    private static final int INITIAL_CAPACITY = 64;

    private @Nullable Member[] members = new @Nullable Member[INITIAL_CAPACITY];
    private int count;

    /** One that waits for the end of the turn. */
    interface Member {
        /** The queue has forgotten this member by now. */
        void onTurnEnd();
    }

    void add(M member) {
        if (count == members.length) {
            members = Arrays.copyOf(members, 2 * count);
        }
        members[count++] = member;
    }

    int count() {
        return count;
    }

    /** One of those who wait, the first being 0. */
    @SuppressWarnings("unchecked") // Only add() fills the array.
    M member(int index) {
        Member member = members[index];
        if (member == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return (M) member;
    }

    /** Calls everybody, those too who are added meanwhile. */
    void drain() {
        int next = 0;
        try {
            while (next < count) {
                Member member = members[next++];
                if (member != null) {
                    member.onTurnEnd();
                }
            }
        } finally {
            // What a failure has kept back is the next turn's.
            int left = count - next;
            System.arraycopy(members, next, members, 0, left);
            Arrays.fill(members, left, count, null);
            count = left;
        }
    }
}
