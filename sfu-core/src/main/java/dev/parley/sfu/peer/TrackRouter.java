package dev.parley.sfu.peer;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.stream.IncomingPacket;
import dev.parley.sfu.stream.IngressStream;
import dev.parley.sfu.stream.IngressTrack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the packets of one track go: to every slot subscribed on this shard, in a plain loop, and once to each other
 * segment of the room that has subscribers. The track is published here, or is the replica of one published elsewhere.
 * Owned by the shard.
 */
public final class TrackRouter implements TurnQueue.Member {
    /** Packets kept back at most: a receiver's state stays in the cache for so many, and no burst is held for long. */
    private static final int MAX_PENDING = 64;

    private static final int INITIAL_PENDING = 8;
    private static final RemoteSubscriber[] NONE = {};

    private final String trackId;
    private final MediaKind kind;
    private final TrackSource source;
    private final IngressTrack ingress;
    private final Runnable onUnused;
    private final LongConsumer onTaken;
    private final List<Slot> subscribers = new ArrayList<>();
    /** Empty in all rooms but large ones, which is all that those pay. */
    private RemoteSubscriber[] remotes = NONE;

    /** What this turn has brought. */
    private IncomingPacket[] pending = {};

    private int pendingCount;
    /** Where this waits for the end of the turn, if it does. */
    private @Nullable SendQueue queue;

    /** How many subscribers have yet to fetch this turn's packets themselves. */
    private int awaited;

    private boolean speaking;
    /** Whether its packets are forwarded: not while others are louder. */
    private boolean heard = true;

    /**
     * @param onUnused called when the last slot has gone
     * @param onTaken called, with the time, when what slots take of it may have changed
     */
    TrackRouter(String trackId, MediaKind kind, TrackSource source, Runnable onUnused, LongConsumer onTaken) {
        this.trackId = trackId;
        this.kind = kind;
        this.source = source;
        this.ingress = new IngressTrack(kind == MediaKind.VIDEO);
        this.onUnused = onUnused;
        this.onTaken = onTaken;
    }

    public String trackId() {
        return trackId;
    }

    public MediaKind kind() {
        return kind;
    }

    /** Whether it shows a screen, which is served before cameras. */
    boolean isScreen() {
        return source == TrackSource.SCREEN;
    }

    /** Whether anybody is given this encoding, or waits for it; other segments do not tell, so they take all. */
    boolean isTaken(IngressStream stream) {
        if (remotes.length > 0) {
            return true;
        }
        for (int i = 0; i < subscribers.size(); i++) {
            if (subscribers.get(i).takes(stream)) {
                return true;
            }
        }
        return false;
    }

    /** What is taken of the track may have changed. */
    void takenChanged(long nowNs) {
        onTaken.accept(nowNs);
    }

    /** Whether its publisher is one of those who speak. */
    boolean isSpeaking() {
        return speaking;
    }

    /** Its publisher is one of those who speak, or no longer. */
    public void speaking(boolean nowSpeaking, long nowNs) {
        if (speaking != nowSpeaking) {
            speaking = nowSpeaking;
            for (Slot slot : subscribers) {
                slot.trackChanged(nowNs);
            }
        }
    }

    IngressTrack ingress() {
        return ingress;
    }

    /** A packet of one of the layers. */
    void forward(IngressStream stream, RtpPacket packet, long nowNs) {
        if (remotes.length > 0) {
            forwardToRemotes(stream, packet, nowNs);
        }
        if (subscribers.isEmpty()) {
            return;
        }
        if (pendingCount == MAX_PENDING) {
            forwardPending();
        }
        if (queue == null) {
            queue = subscribers.getFirst().queue();
            queue.add(this);
        }
        if (pendingCount == pending.length) {
            grow();
        }
        pending[pendingCount++].take(stream, packet, nowNs);
    }

    private void grow() {
        int from = pending.length;
        pending = Arrays.copyOf(pending, Math.max(INITIAL_PENDING, 2 * from));
        for (int i = from; i < pending.length; i++) {
            pending[i] = new IncomingPacket();
        }
    }

    /** Lets the subscribers know that there are packets, which each then has from {@link #forwardTo}. */
    void announce() {
        IncomingPacket.findRuns(pending, pendingCount);
        awaited = subscribers.size();
        for (int i = 0; i < subscribers.size(); i++) {
            subscribers.get(i).ready();
        }
    }

    void forwardTo(Slot slot) {
        if (pendingCount > 0) {
            slot.forward(pending, pendingCount, pending[pendingCount - 1].nowNs());
        }
    }

    /** As {@link #forwardTo}, for a subscriber that has been told of the packets; the last one lets go of them. */
    void fetchTo(Slot slot) {
        forwardTo(slot);
        if (--awaited == 0) {
            release();
        }
    }

    @Override
    public void onTurnEnd() {
        if (awaited > 0) {
            awaited = 0;
            release();
        } else {
            forwardPending();
        }
        queue = null;
    }

    /** Receiver by receiver, each all that there is for it. */
    private void forwardPending() {
        IncomingPacket.findRuns(pending, pendingCount);
        try {
            // By index: an iterator would be garbage for each packet.
            for (int i = 0; i < subscribers.size(); i++) {
                forwardTo(subscribers.get(i));
            }
        } finally {
            release();
        }
    }

    private void release() {
        for (int i = 0; i < pendingCount; i++) {
            if (pending[i].isForwarded() && queue != null) {
                queue.forwarded(pending[i].receivedNs());
            }
            pending[i].release();
        }
        pendingCount = 0;
    }

    private void forwardToRemotes(IngressStream stream, RtpPacket packet, long nowNs) {
        // Stragglers of a stream that was replaced are of no use anywhere.
        if (ingress.layers().contains(stream)) {
            for (RemoteSubscriber remote : remotes) {
                remote.onPacket(stream, packet.packet(), nowNs);
            }
        }
    }

    void addSubscriber(Slot slot) {
        subscribers.add(slot);
    }

    void removeSubscriber(Slot slot) {
        if (subscribers.remove(slot) && subscribers.isEmpty()) {
            ingress.forgetPackets();
            onUnused.run();
        }
    }

    /**
     * The largest size that the track is shown in, empty while it is not shown at all. Other segments do not tell how they
     * show it, so there it counts as shown in its full size.
     */
    public Optional<SubscriptionHint> shown() {
        boolean any = remotes.length > 0;
        boolean full = any;
        int widthPx = 0;
        int heightPx = 0;
        for (Slot slot : subscribers) {
            SubscriptionHint hint = slot.hint();
            if (!hint.paused()) {
                any = true;
                full |= hint.widthPx() == 0 && hint.heightPx() == 0;
                widthPx = Math.max(widthPx, hint.widthPx());
                heightPx = Math.max(heightPx, hint.heightPx());
            }
        }
        if (!any) {
            return Optional.empty();
        }
        return Optional.of(full ? SubscriptionHint.none() : new SubscriptionHint(widthPx, heightPx, 0, false));
    }

    /** Sends the track to another segment too, beginning with what its streams are. */
    public void addRemote(RemoteSubscriber remote) {
        remotes = Arrays.copyOf(remotes, remotes.length + 1);
        remotes[remotes.length - 1] = remote;
        for (IngressStream stream : ingress.layers()) {
            remote.streamChanged(stream);
            remote.clockMoved(stream);
        }
    }

    @SuppressWarnings("ReferenceEquality") // This very one, as it was added.
    public void removeRemote(RemoteSubscriber remote) {
        remotes = Arrays.stream(remotes).filter(other -> other != remote).toArray(RemoteSubscriber[]::new);
    }

    /** A stream is new in the track, or was negotiated anew. */
    void streamChanged(IngressStream stream) {
        for (RemoteSubscriber remote : remotes) {
            remote.streamChanged(stream);
        }
    }

    /** The publisher has reported its time: what is known of the clock has changed for all of its streams. */
    void clockMoved() {
        for (RemoteSubscriber remote : remotes) {
            for (int i = 0; i < ingress.layers().size(); i++) {
                remote.clockMoved(ingress.layers().get(i));
            }
        }
    }

    /** Whether the room hears what is published here; who tells no levels always is heard. */
    boolean isHeard() {
        return heard;
    }

    void heard(boolean nowHeard, long nowNs) {
        if (nowHeard && !heard) {
            resumed(nowNs);
        }
        heard = nowHeard;
    }

    /** Packets of the track were kept back: receivers are to take the next for the one after the last they had. */
    public void resumed(long nowNs) {
        for (RemoteSubscriber remote : remotes) {
            remote.streamResumed();
        }
        for (int i = 0; i < subscribers.size(); i++) {
            subscribers.get(i).egress().resume(nowNs);
        }
    }

    /** The publisher has said goodbye for a stream. */
    void streamPaused(IngressStream stream) {
        for (RemoteSubscriber remote : remotes) {
            remote.streamPaused(stream);
        }
    }

    /** Ends the track: its slots are emptied and told. */
    void close(long nowNs) {
        forwardPending();
        List<Slot> detached = List.copyOf(subscribers);
        subscribers.clear();
        remotes = NONE;
        for (Slot slot : detached) {
            slot.trackEnded(this, nowNs);
        }
        for (IngressStream stream : List.copyOf(ingress.layers())) {
            ingress.remove(stream);
        }
    }
}
