package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Participant;
import dev.parley.sfu.SubscriptionHint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a native participant receives. Receiving sections are slots, made in growing batches, so that receiving one more
 * track seldom needs an offer; one that is free is taken by whoever comes, the longest unused first. Any thread.
 */
final class Reception {
    private static final int MAX_BATCH = 32;
    private static final int FRAMES_WAITING = 2;
    private static final int SAMPLES_WAITING = 50;

    private final NativeConnection connection;
    private final Participant participant;
    private final Negotiations negotiations;
    private final Map<MediaKind, Deque<ReceiveSlot>> free = new EnumMap<>(MediaKind.class);
    private final Map<MediaKind, Integer> made = new EnumMap<>(MediaKind.class);
    private final List<NativeSubscription> subscriptions = new ArrayList<>();

    Reception(NativeConnection connection, Participant participant, Negotiations negotiations) {
        this.connection = connection;
        this.participant = participant;
        this.negotiations = negotiations;
        for (MediaKind kind : MediaKind.values()) {
            free.put(kind, new ArrayDeque<>());
            made.put(kind, 0);
        }
    }

    CompletableFuture<NativeSubscription> video(
            String trackId, SubscriptionHint hint, Consumer<ReceivedFrame> receiver) {
        Delivery<VideoFrame> delivery =
                new Delivery<>(trackId, FRAMES_WAITING, Sinks.shown(trackId, receiver), VideoFrame::release);
        return receive(MediaKind.VIDEO, trackId, hint, delivery, (slot, _) -> slot.listen(Sinks.pictures(delivery)));
    }

    CompletableFuture<NativeSubscription> audio(String trackId, Consumer<ReceivedSamples> receiver) {
        Delivery<ReceivedSamples> delivery = new Delivery<>(trackId, SAMPLES_WAITING, receiver, _ -> {});
        return receive(
                MediaKind.AUDIO,
                trackId,
                SubscriptionHint.none(),
                delivery,
                (slot, id) -> slot.listen(Sinks.samples(id, delivery)));
    }

    private CompletableFuture<NativeSubscription> receive(
            MediaKind kind,
            String trackId,
            SubscriptionHint hint,
            Delivery<?> delivery,
            BiConsumer<ReceiveSlot, String> listen) {
        return freeSlot(kind)
                .thenCompose(slot -> {
                    NativeSubscription subscription = new NativeSubscription(this, trackId, slot, delivery);
                    add(subscription);
                    return connection
                            .change(_ -> {
                                listen.accept(slot, trackId);
                                return slot.named();
                            })
                            .thenCompose(mid -> participant.subscribe(mid, trackId, hint))
                            .thenApply(_ -> subscription)
                            .whenComplete((_, failure) -> {
                                if (failure != null) {
                                    end(subscription);
                                }
                            });
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        delivery.end();
                    }
                });
    }

    private CompletableFuture<ReceiveSlot> freeSlot(MediaKind kind) {
        int batch;
        synchronized (this) {
            ReceiveSlot slot = slots(kind).poll();
            if (slot != null) {
                return CompletableFuture.completedFuture(slot);
            }
            int before = made.merge(kind, 0, Integer::sum);
            batch = Math.clamp(before, 1, MAX_BATCH);
            made.put(kind, before + batch);
        }
        List<ReceiveSlot> added = new ArrayList<>();
        return negotiations
                .negotiate(
                        present -> {
                            for (int i = 0; i < batch; i++) {
                                added.add(new ReceiveSlot(kind, addTransceiver(present, kind)));
                            }
                        },
                        _ -> added.forEach(
                                slot -> slot.transceiver().setDirection(RTCRtpTransceiverDirection.INACTIVE)))
                .thenApply(_ -> {
                    ReceiveSlot first = added.removeFirst();
                    synchronized (this) {
                        slots(kind).addAll(added);
                    }
                    return first;
                });
    }

    private Deque<ReceiveSlot> slots(MediaKind kind) {
        Deque<ReceiveSlot> slots = free.get(kind);
        if (slots == null) {
            throw new IllegalStateException("no slots of " + kind);
        }
        return slots;
    }

    private RTCRtpTransceiver addTransceiver(RTCPeerConnection present, MediaKind kind) {
        RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = RTCRtpTransceiverDirection.RECV_ONLY;
        return present.addTransceiver(connection.factory().placeholder(kind), init);
    }

    private synchronized void add(NativeSubscription subscription) {
        subscriptions.add(subscription);
    }

    /** Tells how a track is shown. */
    CompletableFuture<Void> hint(NativeSubscription subscription, SubscriptionHint hint) {
        return participant.hint(subscription.slot().mid(), hint);
    }

    /** Ends one, and frees its slot. */
    void end(NativeSubscription subscription) {
        if (!subscription.markEnded()) {
            return;
        }
        ReceiveSlot slot = subscription.slot();
        var _ = connection
                .change(_ -> {
                    slot.silence();
                    return slot.mid();
                })
                .thenCompose(participant::unsubscribe)
                .whenComplete((_, _) -> {
                    synchronized (this) {
                        subscriptions.remove(subscription);
                        slots(slot.kind()).add(slot);
                    }
                });
    }

    /** Slots of either kind that nothing is in. */
    synchronized int freeSlots() {
        return free.values().stream().mapToInt(Deque::size).sum();
    }

    /** The room has emptied a slot. */
    void slotEnded(String mid, String trackId) {
        NativeSubscription ended = find(mid, trackId);
        if (ended != null) {
            end(ended);
        }
    }

    private synchronized @Nullable NativeSubscription find(String mid, String trackId) {
        for (NativeSubscription one : subscriptions) {
            if (one.trackId().equals(trackId) && one.slot().mid().equals(mid)) {
                return one;
            }
        }
        return null;
    }

    /** The sinks must be gone before the connection is. Its own thread only. */
    void silenceAll() {
        List<NativeSubscription> all;
        synchronized (this) {
            all = List.copyOf(subscriptions);
            subscriptions.clear();
        }
        for (NativeSubscription one : all) {
            one.slot().silence();
            one.markEnded();
        }
    }
}
