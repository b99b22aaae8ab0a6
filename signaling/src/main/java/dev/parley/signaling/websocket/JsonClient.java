package dev.parley.signaling.websocket;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.Termination;
import dev.parley.sfu.TrackSource;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.protocol.BadMessageException;
import dev.parley.signaling.protocol.ClientMessage;
import dev.parley.signaling.protocol.ErrorCode;
import dev.parley.signaling.protocol.MessageCodec;
import dev.parley.signaling.protocol.ServerMessage;
import dev.parley.signaling.protocol.WireNames;
import dev.parley.signaling.session.Admission;
import dev.parley.signaling.session.EndReason;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.IceServers;
import dev.parley.signaling.session.Session;
import dev.parley.signaling.session.SessionClient;
import dev.parley.signaling.session.SessionLoop;
import dev.parley.signaling.session.Sessions;
import dev.parley.signaling.session.SharedEvent;
import dev.parley.signaling.session.TooManyRequestsException;
import dev.parley.signaling.websocket.Transport.CloseStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket's client: turns its messages into calls on its session, and the session's events into messages. Owned
 * by the session loop.
 */
final class JsonClient implements SessionClient {
    private static final Logger LOG = LoggerFactory.getLogger(JsonClient.class);

    /** One instance, so that an event is encoded once however many clients there are. */
    private static final Function<RoomEvent, byte[]> ENCODER = JsonClient::encode;

    private static final int SILENT_INTERVALS = 2;

    /** How long a socket may stay without joining: as long as an idle HTTP connection. */
    private static final Duration JOIN_WITHIN = Duration.ofSeconds(60);

    private enum State {
        NEW,
        JOINING,
        JOINED,
        CLOSED
    }

    private final Transport transport;
    private final String address;
    private final Sessions sessions;
    private final SessionLoop loop;
    private final ServerConfig config;
    private final IceServers iceServers;
    private final long openedNs;

    private State state = State.NEW;
    private @Nullable Session session;
    private SessionLoop.@Nullable Timer heartbeat;

    JsonClient(Transport transport, String address, Sessions sessions, SessionLoop loop, ServerConfig config) {
        this.transport = transport;
        this.address = address;
        this.sessions = sessions;
        this.loop = loop;
        this.config = config;
        this.iceServers = new IceServers(config, InstantSource.system());
        this.openedNs = loop.nowNs();
    }

    // --- the socket -------------------------------------------------------------------------------------------------

    void opened() {
        if (state != State.CLOSED) {
            heartbeat = loop.schedule(config.pingInterval(), this::beat);
        }
    }

    private void beat() {
        long silentNs = loop.nowNs() - transport.lastHeardNs();
        if (silentNs > SILENT_INTERVALS * config.pingInterval().toNanos()) {
            lost(transport.lastHeardNs());
            transport.abort();
            return;
        }
        if (state == State.NEW && loop.nowNs() - openedNs > JOIN_WITHIN.toNanos()) {
            send(new ServerMessage.Closing(ErrorCode.NOT_JOINED.wireName(), "No room was joined in time."));
            state = State.CLOSED;
            transport.close(CloseStatus.POLICY_VIOLATION);
            return;
        }
        transport.ping();
        heartbeat = loop.schedule(config.pingInterval(), this::beat);
    }

    /** The socket has been closed by either side; that it was until now is a sign of life. */
    void closed() {
        lost(loop.nowNs());
    }

    private void lost(long lastSignNs) {
        state = State.CLOSED;
        if (heartbeat != null) {
            heartbeat.cancel();
        }
        if (session != null) {
            session.detach(this, lastSignNs);
            session = null;
        }
    }

    // --- messages ---------------------------------------------------------------------------------------------------

    void refuse(BadMessageException e) {
        send(new ServerMessage.ErrorReply(e.id(), e.code().wireName(), e.sentence()));
    }

    void receive(ClientMessage message) {
        if (state == State.CLOSED) {
            return;
        }
        switch (message) {
            case ClientMessage.Join join -> join(join);
            case ClientMessage.Resume resume -> resume(resume);
            case ClientMessage.Ping ping -> send(new ServerMessage.Pong(ping.id()));
            case ClientMessage.Offer offer -> offer(offer);
            case ClientMessage.Subscribe subscribe ->
                withSession(
                        subscribe.id(),
                        s -> s.subscribe(subscribe.slot(), subscribe.trackId(), hint(subscribe.hint())));
            case ClientMessage.Unsubscribe unsubscribe ->
                withSession(unsubscribe.id(), s -> s.unsubscribe(unsubscribe.slot()));
            case ClientMessage.Hint hint -> withSession(hint.id(), s -> s.hint(hint.slot(), hint(hint.hint())));
            case ClientMessage.Mute mute -> withSession(mute.id(), s -> s.mute(mute.trackId(), mute.muted()));
            case ClientMessage.Explain explain -> explain(explain.id());
            case ClientMessage.Leave leave -> leave(leave);
        }
    }

    private void join(ClientMessage.Join join) {
        if (state != State.NEW) {
            error(join.id(), ErrorCode.ALREADY_JOINED, "This connection is in a room already.");
            return;
        }
        state = State.JOINING;
        String identity = Objects.requireNonNullElseGet(
                join.identity(), () -> "guest-" + UUID.randomUUID().toString());
        Offer offer = join.sdp() == null ? null : offer(join.sdp(), join.tracks());
        Termination termination = join.termination() == null ? null : Termination.of(join.termination());
        JoinRequest who = new JoinRequest(identity, join.name()).with(termination);
        var request = new Admission.Request(join.room(), who, address, offer);
        var _ = sessions.join(request, this).whenComplete((begun, failure) -> {
            if (failure == null) {
                joined(join.id(), begun);
            } else if (state == State.JOINING) {
                state = State.NEW;
                failed(join.id(), failure);
            }
        });
    }

    private void joined(long id, Sessions.Begun begun) {
        if (state == State.CLOSED) {
            // Nobody has the token: the socket went before the reply, so nobody can come back for the session.
            begun.session().leave();
            return;
        }
        if (begun.session().isEnded()) {
            return;
        }
        state = State.JOINED;
        session = begun.session();
        var answer = begun.entry().answer();
        send(new ServerMessage.Joined(
                id,
                Views.room(session.hub().room()),
                Views.participant(session.self()),
                Views.participants(session.others()),
                session.resumeToken(),
                config.gracePeriod().toMillis(),
                config.pingInterval().toMillis(),
                answer == null ? null : Views.answer(answer),
                Views.iceServers(iceServers.forUser(begun.session().self().id())),
                Views.limits(config)));
        tellSpeakers(begun.session());
    }

    private void resume(ClientMessage.Resume resume) {
        if (state != State.NEW) {
            error(resume.id(), ErrorCode.ALREADY_JOINED, "This connection is in a room already.");
            return;
        }
        Session resumed = sessions.resume(resume.resumeToken(), this);
        if (resumed == null) {
            error(resume.id(), ErrorCode.RESUME_EXPIRED, "The session is over: join again.");
            return;
        }
        state = State.JOINED;
        session = resumed;
        send(new ServerMessage.Resumed(
                resume.id(),
                Views.room(resumed.hub().room()),
                Views.participant(resumed.self()),
                Views.participants(resumed.others()),
                resumed.resumeToken(),
                config.gracePeriod().toMillis(),
                config.pingInterval().toMillis(),
                Views.slotStates(resumed.trackBySlot()),
                Views.iceServers(iceServers.forUser(resumed.self().id())),
                Views.limits(config)));
        tellSpeakers(resumed);
    }

    private void tellSpeakers(Session joined) {
        SharedEvent speakers = joined.hub().speakers();
        if (speakers != null) {
            event(speakers);
        }
    }

    private void offer(ClientMessage.Offer message) {
        Session joined = sessionFor(message.id());
        if (joined != null) {
            var _ = joined.offer(offer(message.sdp(), message.tracks())).whenComplete((answer, failure) -> {
                if (failure == null) {
                    send(Views.answerReply(message.id(), answer));
                } else {
                    failed(message.id(), failure);
                }
            });
        }
    }

    private void withSession(long id, Function<Session, CompletableFuture<Void>> request) {
        Session joined = sessionFor(id);
        if (joined != null) {
            var _ = request.apply(joined).whenComplete((_, failure) -> {
                if (failure == null) {
                    send(new ServerMessage.Ok(id));
                } else {
                    failed(id, failure);
                }
            });
        }
    }

    private void explain(long id) {
        Session joined = sessionFor(id);
        if (joined != null) {
            var _ = joined.explain().whenComplete((explanation, failure) -> {
                if (failure == null) {
                    send(new ServerMessage.Explained(id, explanation));
                } else {
                    failed(id, failure);
                }
            });
        }
    }

    private void leave(ClientMessage.Leave leave) {
        Session joined = sessionFor(leave.id());
        if (joined != null) {
            joined.leave();
            session = null;
            send(new ServerMessage.Ok(leave.id()));
            state = State.CLOSED;
            transport.close(CloseStatus.NORMAL);
        }
    }

    private @Nullable Session sessionFor(long id) {
        if (session == null) {
            error(id, ErrorCode.NOT_JOINED, "Join a room first.");
        }
        return session;
    }

    // --- replies ----------------------------------------------------------------------------------------------------

    private void failed(long id, Throwable failure) {
        switch (Entrance.cause(failure)) {
            case SfuException e ->
                send(new ServerMessage.ErrorReply(id, e.code().wireName(), sentence(e)));
            case TooManyRequestsException e -> error(id, ErrorCode.RATE_LIMITED, sentence(e));
            case Throwable cause -> {
                LOG.error("event=request-failed", cause);
                error(id, ErrorCode.INTERNAL, "The server has made a mistake; it has been logged.");
            }
        }
    }

    private static String sentence(Throwable e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }

    private void error(long id, ErrorCode code, String sentence) {
        send(new ServerMessage.ErrorReply(id, code.wireName(), sentence));
    }

    private void send(ServerMessage message) {
        if (state != State.CLOSED) {
            transport.send(MessageCodec.encodeUtf8(message));
        }
    }

    private static Offer offer(String sdp, @Nullable List<ClientMessage.Track> tracks) {
        Map<String, TrackSource> sources = new HashMap<>();
        if (tracks != null) {
            tracks.forEach(track -> sources.put(track.mid(), WireNames.source(track.source())));
        }
        return new Offer(sdp, sources);
    }

    private static SubscriptionHint hint(ClientMessage.@Nullable SlotHint hint) {
        return hint == null
                ? SubscriptionHint.none()
                : new SubscriptionHint(
                        Objects.requireNonNullElse(hint.width(), 0),
                        Objects.requireNonNullElse(hint.height(), 0),
                        Objects.requireNonNullElse(hint.priority(), 0),
                        Objects.requireNonNullElse(hint.paused(), false),
                        Objects.requireNonNullElse(hint.maxFrameRate(), 0));
    }

    // --- the session ------------------------------------------------------------------------------------------------

    private static byte[] encode(RoomEvent event) {
        return MessageCodec.encodeUtf8(Views.event(event));
    }

    @Override
    public void event(SharedEvent event) {
        if (state == State.JOINED) {
            transport.send(event.encoded(ENCODER));
        }
    }

    @Override
    public void ended(EndReason reason) {
        if (state == State.CLOSED) {
            return;
        }
        if (reason == EndReason.ROOM_CLOSED) {
            send(new ServerMessage.RoomClosed());
        }
        send(new ServerMessage.Closing(WireNames.of(reason), reason.sentence()));
        session = null;
        state = State.CLOSED;
        transport.close(reason == EndReason.SERVER_SHUTDOWN ? CloseStatus.GOING_AWAY : CloseStatus.NORMAL);
    }

    @Override
    public long lastHeardNs() {
        return transport.lastHeardNs();
    }
}
