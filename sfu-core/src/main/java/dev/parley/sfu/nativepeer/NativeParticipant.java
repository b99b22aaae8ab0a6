package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Participant;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a room that is Java code in this process: it publishes pictures and samples, and receives those of others
 * decoded. What a bot, a recorder, a transcriber or a voice agent is made of.
 *
 * <p>Behind it is a connection of libwebrtc to the room's media port over the host, so to the room it is a participant like
 * any other. Any thread may call; futures complete on, and receivers are called from, virtual threads of their own, so both
 * may block. It ends by {@link #close}, or when the room removes it or closes.
 *
 * <p>Each costs a thread, a UDP port, and about 180 KB of memory that the library never gives back.
 */
public final class NativeParticipant implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NativeParticipant.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final Participant participant;
    private final NativeConnection connection;
    private final Publishing publishing;
    private final Reception reception;
    private final RemoteTracks remoteTracks;
    private final Room.EventSubscription events;
    private final List<Consumer<RemoteTrack>> trackListeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> connected;

    private NativeParticipant(Participant participant, NativeConnection connection, CompletableFuture<Void> connected) {
        this.participant = participant;
        this.connection = connection;
        this.connected = connected;
        this.publishing = new Publishing(connection, participant);
        this.reception = new Reception(connection, participant, publishing.negotiations());
        this.remoteTracks = new RemoteTracks(participant.id());
        this.events = participant.room().onEvent(this::heard);
    }

    /** Joins a room, to send and to receive. */
    public static CompletableFuture<NativeParticipant> join(Room room, JoinRequest request) {
        return join(room, request, NativeSettings.defaults());
    }

    /**
     * Joins a room. Nothing is connected before the first track is published or received.
     *
     * @throws NativeUnavailableException when this machine has not what it takes; the message says what
     */
    public static CompletableFuture<NativeParticipant> join(Room room, JoinRequest request, NativeSettings settings) {
        NativeFactory factory = settings.receives() ? NativeFactories.receiving() : NativeFactories.sending();
        // Meeting libwebrtc by libwebrtc is of no use, unless somebody wants just that.
        JoinRequest forwarded = request.termination() == null ? request.with(Termination.FORWARD) : request;
        return Embedders.hear(room.join(forwarded).thenCompose(participant -> {
            CompletableFuture<Void> connected = new CompletableFuture<>();
            return NativeConnection.open(
                            participant.id(), factory, configuration(settings), new StateListener(connected))
                    .thenCompose(connection -> joined(participant, connection, connected))
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            var _ = participant.leave(LeaveReason.LEFT);
                        }
                    });
        }));
    }

    private static CompletableFuture<NativeParticipant> joined(
            Participant participant, NativeConnection connection, CompletableFuture<Void> connected) {
        NativeParticipant joined = new NativeParticipant(participant, connection, connected);
        return connection
                .ask(_ -> {
                    connection.beforeClose(joined.publishing::detachAll);
                    connection.beforeClose(joined.reception::silenceAll);
                    connection.afterClose(joined.publishing::releaseAll);
                    return participant;
                })
                // Who was removed while it joined hears no event of that.
                .thenCompose(Participant::info)
                .handle((_, failure) -> {
                    if (failure != null) {
                        joined.end();
                        throw new java.util.concurrent.CompletionException(failure);
                    }
                    return joined;
                });
    }

    private static RTCConfiguration configuration(NativeSettings settings) {
        RTCConfiguration configuration = new RTCConfiguration();
        PortAllocatorConfig ports = new PortAllocatorConfig();
        ports.minPort = settings.minUdpPort();
        ports.maxPort = settings.maxUdpPort();
        ports.setDisableTcp(true);
        configuration.portAllocatorConfig = ports;
        return configuration;
    }

    /** Completes the wait for the connection. */
    private record StateListener(CompletableFuture<Void> connected) implements ConnectionEvents {
        @Override
        @SuppressWarnings("NullAway") // Void has no value but null.
        public void stateChanged(RTCPeerConnectionState state) {
            LOG.debug("event=native-state state={}", state);
            if (state == RTCPeerConnectionState.CONNECTED) {
                connected.complete(null);
            }
        }
    }

    /** The server's id, {@code PA_…}. */
    public String id() {
        return participant.id();
    }

    public String identity() {
        return participant.identity();
    }

    public Room room() {
        return participant.room();
    }

    /** Completes when media can flow, which takes a first track to publish or receive. */
    public CompletableFuture<Void> whenConnected() {
        return Embedders.hear(connected);
    }

    /** Completes when this has left, for whatever reason. */
    public CompletableFuture<Void> whenClosed() {
        return Embedders.hear(connection.whenClosed());
    }

    /**
     * Publishes video. The future completes when the room has taken the track, shortly before the first picture can flow.
     */
    public CompletableFuture<VideoPublication> publishVideo(VideoSettings settings) {
        return Embedders.hear(publishing.video(settings));
    }

    /** Publishes audio. */
    public CompletableFuture<AudioPublication> publishAudio(AudioSettings settings) {
        return Embedders.hear(publishing.audio(settings));
    }

    /**
     * Receives a video track. {@code receiver} is called with one picture after the other; while it is busy, up to two
     * wait, and older ones are dropped.
     */
    public CompletableFuture<NativeSubscription> receiveVideo(String trackId, Consumer<ReceivedFrame> receiver) {
        return receiveVideo(trackId, SubscriptionHint.none(), receiver);
    }

    /** Receives a video track in a size that fits. */
    public CompletableFuture<NativeSubscription> receiveVideo(
            String trackId, SubscriptionHint hint, Consumer<ReceivedFrame> receiver) {
        return Embedders.hear(reception.video(trackId, hint, receiver));
    }

    /** Whether it has joined to receive sound too. */
    public boolean receives() {
        return connection.factory().receives();
    }

    /** Receives an audio track, 10 ms a call; while {@code receiver} is busy, up to half a second waits. */
    public CompletableFuture<NativeSubscription> receiveAudio(String trackId, Consumer<ReceivedSamples> receiver) {
        if (!receives()) {
            throw new IllegalStateException("this participant joined to send only");
        }
        return Embedders.hear(reception.audio(trackId, receiver));
    }

    /** Calls {@code listener} for every track of others: those there are, then each new one. It may block. */
    public void onTrack(Consumer<RemoteTrack> listener) {
        trackListeners.add(listener);
        var _ = participant.room().participants().thenAcceptAsync(present -> {
            for (ParticipantInfo one : present) {
                tellTracks(remoteTracks.news(one));
            }
        });
    }

    /** What the library knows of the connection and its streams. */
    public CompletableFuture<NativeStats> stats() {
        return Embedders.hear(connection.stats().thenApply(NativeStats::of));
    }

    /** Receiving sections that nothing is received by. */
    int freeSlots() {
        return reception.freeSlots();
    }

    private void heard(RoomEvent event) {
        switch (event) {
            case RoomEvent.ParticipantLeft left when left.participantId().equals(id()) -> end();
            case RoomEvent.RoomClosed _ -> end();
            case RoomEvent.SlotEnded slot
            when slot.participantId().equals(id()) -> reception.slotEnded(slot.mid(), slot.trackId());
            case RoomEvent.ParticipantJoined _,
                    RoomEvent.ParticipantUpdated _,
                    RoomEvent.ParticipantLeft _,
                    RoomEvent.SpeakersChanged _,
                    RoomEvent.OfSlot _ -> {
                if (!trackListeners.isEmpty()) {
                    tellTracks(remoteTracks.news(event));
                }
            }
        }
    }

    private void tellTracks(List<RemoteTrack> news) {
        for (RemoteTrack track : news) {
            for (Consumer<RemoteTrack> listener : trackListeners) {
                Embedders.call("track", () -> listener.accept(track));
            }
        }
    }

    private void end() {
        events.close();
        var _ = connection.close();
    }

    /** Leaves the room and closes the connection. Leaving again waits for the same end. */
    public CompletableFuture<Void> leave() {
        // The room first: nobody is then shown a track that has stopped.
        return Embedders.hear(participant
                .leave(LeaveReason.LEFT)
                .handle((_, _) -> participant)
                .thenCompose(_ -> {
                    end();
                    return connection.whenClosed();
                }));
    }

    /** Leaves, and waits until everything is given back. */
    @Override
    public void close() {
        try {
            leave().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | java.util.concurrent.ExecutionException failure) {
            LOG.warn("participant={} event=close-late cause={}", id(), failure.toString());
        }
    }

    @Override
    public String toString() {
        return "NativeParticipant[" + id() + " " + identity() + "]";
    }
}
