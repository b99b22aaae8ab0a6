package dev.parley.sfu.peer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The slots of one peer whose tracks have packets, in a turn in which several tracks have any. Owned by the shard. */
final class ReadySlots implements TurnQueue.Member {
    private static final int INITIAL_CAPACITY = 4;

    private final SendQueue queue;
    private @Nullable Slot[] slots = new @Nullable Slot[INITIAL_CAPACITY];
    private int count;

    ReadySlots(SendQueue queue) {
        this.queue = queue;
    }

    void add(Slot slot) {
        if (count == 0) {
            queue.add(this);
        }
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, 2 * count);
        }
        slots[count++] = slot;
    }

    @Override
    public void onTurnEnd() {
        int ready = count;
        count = 0;
        for (int i = 0; i < ready; i++) {
            Slot slot = slots[i];
            slots[i] = null;
            if (slot != null) {
                slot.forwardPending();
            }
        }
        queue.receiverDone();
    }
}
