package dev.parley.signaling.fake;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A participant without media. It answers an offer by its text: {@code bad} is refused, {@code slots:a0,v1} has these
 * slots, and each answer has other ICE credentials.
 */
public final class FakeParticipant implements Participant {
    private static final String PASSWORD = "serverpasswordserverpassword";

    private final FakeRoom room;
    private final String id;
    private final JoinRequest request;
    public final List<TrackInfo> tracks = new ArrayList<>();
    public final Map<String, String> slots = new TreeMap<>();
    public final List<String> calls = new ArrayList<>();
    public final List<Offer> offers = new ArrayList<>();
    public RoomEvent.@Nullable LeaveReason leftBecause;

    /** When set, offers are answered only once the test completes it. */
    public @Nullable CompletableFuture<Void> gate;

    private ConnectionState state = ConnectionState.CONNECTING;
    private long version = 1;

    /** What {@link #explain} tells of. */
    public List<Explanation.Decision> decisions = List.of();

    FakeParticipant(FakeRoom room, String id, JoinRequest request) {
        this.room = room;
        this.id = id;
        this.request = request;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String identity() {
        return request.identity();
    }

    @Override
    public Room room() {
        return room;
    }

    public ParticipantInfo snapshot() {
        return new ParticipantInfo(id, request.identity(), request.name(), version, state, tracks);
    }

    @Override
    public CompletableFuture<ParticipantInfo> info() {
        return CompletableFuture.completedFuture(snapshot());
    }

    public void state(ConnectionState newState) {
        state = newState;
        changed();
    }

    public void publish(String trackId, MediaKind kind) {
        TrackSource source = kind == MediaKind.AUDIO ? TrackSource.MICROPHONE : TrackSource.CAMERA;
        tracks.add(new TrackInfo(trackId, "c-" + trackId, "0", kind, source, "VP8", List.of(), false));
        changed();
    }

    public void unpublish(String trackId) {
        tracks.removeIf(track -> track.id().equals(trackId));
        changed();
    }

    private void changed() {
        version++;
        room.emit(new RoomEvent.ParticipantUpdated(snapshot()));
    }

    @Override
    public CompletableFuture<Answer> answer(Offer offer) {
        offers.add(offer);
        if (offer.sdp().startsWith("bad")) {
            return CompletableFuture.failedFuture(new SfuException(SfuException.Code.BAD_SDP, "line 1 is not SDP"));
        }
        Answer answer = new Answer("""
                v=0\r
                a=ice-lite\r
                a=group:BUNDLE 0\r
                m=audio 9 UDP/TLS/RTP/SAVPF 111\r
                a=mid:0\r
                a=ice-ufrag:server%d\r
                a=ice-pwd:%s\r
                a=candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host\r
                a=rtpmap:111 opus/48000/2\r
                """.formatted(offers.size(), PASSWORD), tracks, slots(offer));
        return gate == null ? CompletableFuture.completedFuture(answer) : gate.thenApply(_ -> answer);
    }

    private static List<Answer.Slot> slots(Offer offer) {
        List<Answer.Slot> slots = new ArrayList<>();
        offer.sdp().lines().filter(line -> line.startsWith("slots:")).forEach(line -> {
            for (String slot : line.substring("slots:".length()).split(",", -1)) {
                MediaKind kind = slot.startsWith("a") ? MediaKind.AUDIO : MediaKind.VIDEO;
                slots.add(new Answer.Slot(slot, kind, "stream"));
            }
        });
        return slots;
    }

    @Override
    public CompletableFuture<Void> subscribe(String slotMid, String trackId, SubscriptionHint hint) {
        calls.add("subscribe " + slotMid + " " + trackId + " " + hint.widthPx() + "x" + hint.heightPx());
        if (trackId.equals("TR_none")) {
            return CompletableFuture.failedFuture(new SfuException(SfuException.Code.TRACK_NOT_FOUND, "no TR_none"));
        }
        slots.put(slotMid, trackId);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String slotMid) {
        calls.add("unsubscribe " + slotMid);
        slots.remove(slotMid);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> hint(String slotMid, SubscriptionHint hint) {
        calls.add("hint " + slotMid + " paused=" + hint.paused());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> mute(String trackId, boolean muted) {
        calls.add("mute " + trackId + " " + muted);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Explanation> explain() {
        calls.add("explain");
        return CompletableFuture.completedFuture(new Explanation(
                id(), 1, new Explanation.Link(0, false, "start", 0, 0, 0, 0, 0, 0), List.of(), decisions));
    }

    @Override
    public CompletableFuture<Void> leave(RoomEvent.LeaveReason reason) {
        left(reason);
        return CompletableFuture.completedFuture(null);
    }

    /** Leaves, or is made to. */
    public void left(RoomEvent.LeaveReason reason) {
        if (leftBecause == null) {
            leftBecause = reason;
            room.participants.remove(id);
            room.emit(new RoomEvent.ParticipantLeft(id, reason));
        }
    }
}
