package dev.parley.sfu.peer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The senders of one shard that have packets pending. What a turn of the loop has forwarded to a peer, of whatever
 * streams, is encrypted and sent at the turn's end in one go, so that it leaves in long runs. Owned by the shard.
 */
public final class SendQueue {
    private static final int INITIAL_CAPACITY = 64;

    private @Nullable MediaSender[] senders = new @Nullable MediaSender[INITIAL_CAPACITY];
    private int count;

    /** A sender has its first pending packet. */
    void add(MediaSender sender) {
        if (count == senders.length) {
            senders = Arrays.copyOf(senders, 2 * count);
        }
        senders[count++] = sender;
    }

    /** Sends everything that is pending: the end of a turn. */
    public void drain() {
        int next = 0;
        try {
            while (next < count) {
                MediaSender sender = senders[next++];
                if (sender != null) {
                    sender.onTurnEnd();
                }
            }
        } finally {
            // What a failure has kept back is the next turn's.
            int left = count - next;
            System.arraycopy(senders, next, senders, 0, left);
            Arrays.fill(senders, left, count, null);
            count = left;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }
}
