package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.parley.sfu.Answer;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Participant;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import dev.parley.sfu.TrackInfo;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a room whom nobody sees, that watches one track and publishes what it decodes in another codec. Any thread.
 */
final class CodecBridge implements RunningBridge {
    private static final Logger LOG = LoggerFactory.getLogger(CodecBridge.class);
    private static final String IN = "in";
    private static final String OUT = "out";

    private static final TerminatedSection WATCHED =
            new TerminatedSection(IN, MediaKind.VIDEO, false, true, "", List.of());
    private static final TerminatedSection PUBLISHED =
            new TerminatedSection(OUT, MediaKind.VIDEO, true, false, "", List.of());

    private final Participant member;
    private final RoomSide side;
    private final String trackId;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Room.EventSubscription events;
    private volatile String encodingId = "";
    private volatile EncodeTarget target = EncodeTarget.FIRST;

    private CodecBridge(Participant member, RoomSide side, String trackId) {
        this.member = member;
        this.side = side;
        this.trackId = trackId;
        this.events = member.room().onEvent(this::onEvent);
    }

    /**
     * Joins and publishes.
     *
     * @param reachable see {@link RoomSide#open}
     */
    static CompletableFuture<RunningBridge> open(
            Room room, String trackId, String codec, UnaryOperator<String> reachable) {
        NativePeers.require();
        JoinRequest unseen = new JoinRequest("bridge-" + UUID.randomUUID(), "", Termination.FORWARD, true);
        return room.join(unseen).thenCompose(member -> {
            CompletableFuture<CodecBridge> made = new CompletableFuture<>();
            return RoomSide.open(member, reachable, state -> {
                        var _ = made.thenAccept(bridge -> bridge.sideChanged(state));
                    })
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            var _ = member.leave(LeaveReason.LEFT);
                        }
                    })
                    .thenCompose(side -> {
                        CodecBridge bridge = new CodecBridge(member, side, trackId);
                        made.complete(bridge);
                        return bridge.publish(codec);
                    });
        });
    }

    private CompletableFuture<RunningBridge> publish(String codec) {
        return side.follow(List.of(WATCHED), Map.of(), Map.of(), Map.of())
                .thenCompose(_ -> member.subscribe(IN, trackId, SubscriptionHint.none()))
                .thenCompose(_ -> side.received(IN))
                .thenCompose(track ->
                        side.follow(List.of(WATCHED, PUBLISHED), Map.of(OUT, track), Map.of(), Map.of(OUT, codec)))
                .thenApply(answer -> {
                    encodingId = published(answer);
                    return (RunningBridge) this;
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        close();
                    }
                });
    }

    private static String published(Answer answer) {
        return answer.published().stream()
                .filter(track -> track.mid().equals(OUT))
                .map(TrackInfo::id)
                .findFirst()
                .orElseThrow(() -> new SfuException(
                        SfuException.Code.UNSUPPORTED_SDP, "the room does not take what the bridge publishes"));
    }

    private void onEvent(RoomEvent event) {
        if (event instanceof RoomEvent.RoomClosed
                || event instanceof RoomEvent.SlotEnded slot
                        && slot.participantId().equals(member.id())) {
            close();
        }
    }

    private void sideChanged(RTCPeerConnectionState state) {
        if (state == RTCPeerConnectionState.FAILED) {
            LOG.warn("participant={} event=native-room-side-lost", member.id());
            close();
        }
    }

    @Override
    public Participant member() {
        return member;
    }

    @Override
    public String encodingId() {
        return encodingId;
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void steer(SubscriptionHint shown) {
        var _ = side.connection().stats().thenAccept(report -> {
            EncoderStats stats = EncoderStats.of(report, report);
            EncoderStats.Source source = stats.source(IN);
            EncodeTarget next = target.next(source.widthPx(), source.heightPx(), shown, stats.availableBps());
            if (!next.equals(target)) {
                target = next;
                var _ = side.encode(OUT, next);
            }
        });
    }

    /** Leaves first, so that those who watch are told while what they saw is still there. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        events.close();
        var _ = member.leave(LeaveReason.LEFT)
                .handle((_, _) -> true)
                .thenCompose(_ -> side.close())
                .whenComplete((_, _) -> ended.complete(null));
    }
}
