package dev.parley.sfu.nativepeer;

import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.TrackInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a terminated browser watches: for each of its slots the room's slot that feeds it, and for video an encoder with a
 * place in the budget, as long as it has something to encode. Its methods are called one after the other.
 */
final class TerminatedSlots implements EncodeClock.Listener {
    private final Participant member;
    private final BrowserSide browser;
    private final RoomSide towardsRoom;
    private final EncodeBudget budget;
    /** Guarded by itself: the clock reads it while calls change it. */
    private final Map<String, Slot> slots = new HashMap<>();

    private boolean closed;

    private static final class Slot {
        private final TerminatedSection section;
        private volatile @Nullable String trackId;
        private volatile SubscriptionHint hint = SubscriptionHint.none();
        private volatile EncodeBudget.@Nullable Place place;
        private volatile EncodeTarget target = EncodeTarget.FIRST;

        Slot(TerminatedSection section) {
            this.section = section;
        }

        boolean isEncoding() {
            return place != null;
        }

        void release() {
            EncodeBudget.Place held = place;
            place = null;
            if (held != null) {
                held.release();
            }
        }
    }

    TerminatedSlots(Participant member, BrowserSide browser, RoomSide towardsRoom, EncodeBudget budget) {
        this.member = member;
        this.browser = browser;
        this.towardsRoom = towardsRoom;
        this.budget = budget;
    }

    /** Takes over what an offer has changed. */
    void negotiated(List<TerminatedSection> sections) {
        synchronized (slots) {
            for (TerminatedSection section : sections) {
                if (section.receives()) {
                    slots.computeIfAbsent(section.mid(), _ -> new Slot(section));
                } else {
                    Slot gone = slots.remove(section.mid());
                    if (gone != null) {
                        gone.release();
                    }
                }
            }
        }
    }

    CompletableFuture<Void> subscribe(String mid, String trackId, SubscriptionHint hint) {
        Slot slot = slot(mid);
        if (slot == null) {
            return member.subscribe(mid, trackId, hint); // Refuses in its own words.
        }
        return place(slot, trackId, hint)
                .thenCompose(_ -> member.subscribe(mid, trackId, hint))
                .whenComplete((_, refusal) -> {
                    if (refusal != null && slot.trackId == null) {
                        slot.release();
                    }
                })
                .thenCompose(_ -> {
                    slot.trackId = trackId;
                    slot.hint = hint;
                    return show(slot);
                });
    }

    CompletableFuture<Void> unsubscribe(String mid) {
        Slot slot = slot(mid);
        if (slot == null) {
            return member.unsubscribe(mid);
        }
        return empty(slot).thenCompose(_ -> member.unsubscribe(mid));
    }

    CompletableFuture<Void> hint(String mid, SubscriptionHint hint) {
        Slot slot = slot(mid);
        String trackId = slot == null ? null : slot.trackId;
        if (slot == null || trackId == null) {
            return member.hint(mid, hint);
        }
        return place(slot, trackId, hint)
                .thenCompose(_ -> member.hint(mid, hint))
                .thenCompose(_ -> {
                    slot.hint = hint;
                    return show(slot);
                });
    }

    /** The publisher has ended the slot's track. */
    CompletableFuture<Void> ended(String mid, String trackId) {
        Slot slot = slot(mid);
        return slot == null || !trackId.equals(slot.trackId) ? done() : empty(slot);
    }

    /** Takes a place for an encoder, or gives it back while the track is not shown. */
    private CompletableFuture<Void> place(Slot slot, String trackId, SubscriptionHint hint) {
        if (!slot.section.isVideo()) {
            return done();
        }
        if (hint.paused()) {
            slot.release();
            return done();
        }
        if (slot.isEncoding()) {
            return done();
        }
        synchronized (slots) {
            if (closed) {
                return CompletableFuture.failedFuture(new SfuException(
                        SfuException.Code.CLOSED, "participant " + member.id() + " has left the room"));
            }
            slot.place = budget.tryTake();
        }
        if (slot.isEncoding()) {
            return done();
        }
        return codecOf(trackId)
                .thenCompose(codec -> CompletableFuture.failedFuture(budget.refusal(codec, slot.section.codec())));
    }

    private CompletableFuture<String> codecOf(String trackId) {
        return member.room().participants().thenApply(everybody -> {
            for (ParticipantInfo participant : everybody) {
                for (TrackInfo track : participant.tracks()) {
                    if (track.id().equals(trackId)) {
                        return track.codec();
                    }
                }
            }
            return "video";
        });
    }

    private CompletableFuture<Void> show(Slot slot) {
        String mid = slot.section.mid();
        if (slot.section.isVideo() && !slot.isEncoding()) {
            return browser.send(mid, null);
        }
        return towardsRoom
                .received(mid)
                .thenCompose(track -> browser.send(mid, track))
                .thenCompose(_ -> slot.section.isVideo() ? browser.encode(mid, slot.target) : done());
    }

    // --- what the encoders are told
    // -----------------------------------------------------------------------------------

    @Override
    public void tick() {
        List<Slot> encoding;
        synchronized (slots) {
            encoding = slots.values().stream().filter(Slot::isEncoding).toList();
        }
        if (!encoding.isEmpty()) {
            var _ = browser.stats()
                    .thenCombine(towardsRoom.connection().stats(), EncoderStats::of)
                    .thenAccept(stats -> steer(encoding, stats));
        }
    }

    /** All share the connection's estimate by equal parts. */
    private void steer(List<Slot> encoding, EncoderStats stats) {
        long shareBps = stats.availableBps() / encoding.size();
        for (Slot slot : encoding) {
            String mid = slot.section.mid();
            EncoderStats.Source source = stats.source(mid);
            EncodeTarget next = slot.target.next(source.widthPx(), source.heightPx(), slot.hint, shareBps);
            if (!next.equals(slot.target)) {
                slot.target = next;
                var _ = browser.encode(mid, next);
            }
        }
    }

    private CompletableFuture<Void> empty(Slot slot) {
        slot.trackId = null;
        return browser.send(slot.section.mid(), null).whenComplete((_, _) -> slot.release());
    }

    private @Nullable Slot slot(String mid) {
        synchronized (slots) {
            return slots.get(mid);
        }
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.runAsync(() -> {}, Runnable::run);
    }

    void close() {
        synchronized (slots) {
            closed = true;
            slots.values().forEach(Slot::release);
            slots.clear();
        }
    }
}
