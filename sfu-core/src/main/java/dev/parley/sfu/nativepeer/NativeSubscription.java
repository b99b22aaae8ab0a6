package dev.parley.sfu.nativepeer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SubscriptionHint;
import java.util.concurrent.CompletableFuture;

/** A track that a native participant receives, until it is closed, the track ends or the participant leaves. */
public final class NativeSubscription implements AutoCloseable {
    private final Reception reception;
    private final String trackId;
    private final ReceiveSlot slot;
    private final Delivery<?> delivery;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    NativeSubscription(Reception reception, String trackId, ReceiveSlot slot, Delivery<?> delivery) {
        this.reception = reception;
        this.trackId = trackId;
        this.slot = slot;
        this.delivery = delivery;
    }

    /** What is received, {@code TR_…}. */
    public String trackId() {
        return trackId;
    }

    public MediaKind kind() {
        return slot.kind();
    }

    /** Tells what size is wanted, and whether anything is for now. */
    public CompletableFuture<Void> hint(SubscriptionHint hint) {
        return reception.hint(this, hint);
    }

    /** How many pictures or portions of samples came while the receiver was busy with the one before. */
    public long dropped() {
        return delivery.dropped();
    }

    /** Completes when nothing comes any more. */
    public CompletableFuture<Void> whenEnded() {
        return Embedders.hear(ended);
    }

    /** Receives no more. What the receiver is called with already goes on. */
    @Override
    public void close() {
        reception.end(this);
    }

    ReceiveSlot slot() {
        return slot;
    }

    /** Whether this call has ended it. */
    boolean markEnded() {
        delivery.end();
        return ended.complete(null);
    }
}
