package dev.parley.signaling.whip;

import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.signaling.config.IceServer;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.http.OriginPolicy;
import dev.parley.signaling.http.Reply;
import dev.parley.signaling.http.Request;
import dev.parley.signaling.http.Route;
import dev.parley.signaling.protocol.ErrorCode;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.IceServers;
import dev.parley.signaling.session.SessionLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * WHIP (RFC 9725) at {@code /whip/<room>} and WHEP (draft-ietf-wish-whep) at {@code /whep/<room>}, with each session at
 * a URL below. Left out: WHEP's counter-offers and server-sent events, layer selection and redirects.
 */
public final class WhipRoute implements Route {
    private static final String WHIP = "whip";
    private static final String WHEP = "whep";
    private static final String SDP = "application/sdp";
    private static final int MAX_LABEL_LENGTH = 128;
    private static final int ENDPOINT_SEGMENTS = 2;
    private static final int SESSION_SEGMENTS = 3;
    private static final String ENDPOINT_METHODS = "OPTIONS, POST";
    private static final String SESSION_METHODS = "OPTIONS, PATCH, DELETE";

    private final SessionLoop loop;
    private final WhipSessions sessions;
    private final OriginPolicy origins;
    private final IceServers iceServers;

    public WhipRoute(SessionLoop loop, Entrance entrance, ServerConfig config) {
        this.loop = loop;
        this.sessions = new WhipSessions(loop, entrance, config.gracePeriod());
        this.origins = new OriginPolicy(config.allowedOrigins());
        this.iceServers = new IceServers(config, InstantSource.system());
    }

    /** Ends every session. On the session loop. */
    public void close() {
        sessions.close();
    }

    @Override
    public boolean handles(String path) {
        return path.startsWith("/" + WHIP + "/") || path.startsWith("/" + WHEP + "/");
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        if (!origins.allows(request.headers())) {
            return done(Problems.of(
                    HttpResponseStatus.FORBIDDEN,
                    ErrorCode.ORIGIN_REFUSED.wireName(),
                    "Add the page's origin to allowed-origins."));
        }
        return route(request).thenApply(reply -> withCors(request, reply));
    }

    private CompletionStage<Reply> route(Request request) {
        List<String> segments = request.segments();
        // Fewer than the path shows when a slash came encoded.
        String room = segments.size() < ENDPOINT_SEGMENTS ? "" : segments.get(1);
        boolean validRoom = isLabel(room);
        if (segments.size() == ENDPOINT_SEGMENTS && validRoom) {
            return endpoint(request, room);
        }
        if (segments.size() == SESSION_SEGMENTS && validRoom) {
            return session(request, segments.get(2));
        }
        return done(Problems.of(HttpResponseStatus.NOT_FOUND, "not-found", "The path is /whip/<room>."));
    }

    // --- the endpoint, RFC 9725 §4.2 --------------------------------------------------------------------------------

    private CompletionStage<Reply> endpoint(Request request, String room) {
        if (request.method().equals(HttpMethod.OPTIONS)) {
            return done(Reply.empty(HttpResponseStatus.NO_CONTENT)
                    .with("Accept-Post", SDP)
                    .with("Access-Control-Allow-Methods", ENDPOINT_METHODS)
                    .with("Allow", ENDPOINT_METHODS));
        }
        if (!request.method().equals(HttpMethod.POST)) {
            return done(Reply.methodNotAllowed(ENDPOINT_METHODS));
        }
        if (!isMediaType(request, SDP)) {
            return done(unsupportedMediaType(SDP).with("Accept-Post", SDP));
        }
        if (!accepts(request, SDP)) {
            return done(Problems.of(
                    HttpResponseStatus.NOT_ACCEPTABLE, ErrorCode.BAD_REQUEST.wireName(), "The answer is " + SDP + "."));
        }
        String identity = request.queryParameter("identity");
        String name = Objects.requireNonNullElse(request.queryParameter("name"), "");
        if ((identity != null && !isLabel(identity)) || (!name.isEmpty() && !isLabel(name))) {
            return done(Problems.badRequest("identity and name have 1 to 128 characters."));
        }
        IceFragment remote = IceFragment.parse(request.body());
        if (remote == null) {
            return done(Problems.of(
                    HttpResponseStatus.BAD_REQUEST, "bad-sdp", "The offer lacks a=ice-ufrag or a=ice-pwd."));
        }
        boolean view = request.segments().getFirst().equals(WHEP);
        var begin = new WhipSessions.Request(
                room,
                request.address(),
                identity,
                name,
                request.body(),
                remote,
                view,
                view ? request.queryParameter("participant") : null);
        return onLoop(() -> sessions.begin(begin).thenApply(begun -> created(view ? WHEP : WHIP, room, begun)));
    }

    private Reply created(String kind, String room, WhipSessions.Begun begun) {
        String encodedRoom = URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
        return Reply.of(HttpResponseStatus.CREATED, SDP, begun.answer().getBytes(StandardCharsets.UTF_8))
                .with("Location", "/" + kind + "/" + encodedRoom + "/" + begun.key())
                .with("ETag", begun.etag())
                .with("Accept-Patch", IceFragment.MEDIA_TYPE)
                .with("Link", links(iceServers.forUser(begun.participantId())));
    }

    // --- the session, RFC 9725 §4.3 ---------------------------------------------------------------------------------

    private CompletionStage<Reply> session(Request request, String key) {
        if (request.method().equals(HttpMethod.OPTIONS)) {
            return done(Reply.empty(HttpResponseStatus.NO_CONTENT)
                    .with("Accept-Patch", IceFragment.MEDIA_TYPE)
                    .with("Access-Control-Allow-Methods", SESSION_METHODS)
                    .with("Allow", SESSION_METHODS));
        }
        if (request.method().equals(HttpMethod.DELETE)) {
            return onLoop(() -> CompletableFuture.completedFuture(delete(key)));
        }
        if (request.method().equals(HttpMethod.PATCH)) {
            return onLoop(() -> patch(request, key));
        }
        return done(Reply.methodNotAllowed(SESSION_METHODS));
    }

    private Reply delete(String key) {
        WhipSession session = sessions.find(key);
        if (session == null) {
            return noSession();
        }
        session.end(LeaveReason.LEFT);
        return Reply.empty(HttpResponseStatus.OK);
    }

    private CompletableFuture<Reply> patch(Request request, String key) {
        WhipSession session = sessions.find(key);
        Reply refusal = session == null ? noSession() : precondition(request, session);
        if (session == null || refusal != null) {
            return CompletableFuture.completedFuture(Objects.requireNonNull(refusal));
        }
        IceFragment fragment = IceFragment.parse(request.body());
        if (fragment == null) {
            return CompletableFuture.completedFuture(
                    Problems.badRequest("The fragment lacks a=ice-ufrag or a=ice-pwd."));
        }
        if (session.isCurrent(fragment)) {
            // Trickled candidates: an ICE-lite agent learns the client's addresses from its checks.
            return CompletableFuture.completedFuture(Reply.empty(HttpResponseStatus.NO_CONTENT));
        }
        return session.restart(fragment)
                .thenApply(answer -> Reply.of(
                                HttpResponseStatus.OK, IceFragment.MEDIA_TYPE, answer.getBytes(StandardCharsets.UTF_8))
                        .with("ETag", session.etag()));
    }

    /** RFC 9725 §4.3.1: trickled candidates name the ICE session that they belong to, a restart says {@code *}. */
    private static @Nullable Reply precondition(Request request, WhipSession session) {
        if (!isMediaType(request, IceFragment.MEDIA_TYPE)) {
            return unsupportedMediaType(IceFragment.MEDIA_TYPE).with("Accept-Patch", IceFragment.MEDIA_TYPE);
        }
        String ifMatch = request.header(HttpHeaderNames.IF_MATCH);
        if (ifMatch == null) {
            return Problems.of(
                    HttpResponseStatus.PRECONDITION_REQUIRED,
                    ErrorCode.BAD_REQUEST.wireName(),
                    "If-Match must name the ICE session, or be * for an ICE restart.");
        }
        boolean matches = ifMatch.strip().equals("*")
                || List.of(ifMatch.split("\\s*,\\s*", -1)).contains(session.etag());
        return matches
                ? null
                : Problems.of(
                        HttpResponseStatus.PRECONDITION_FAILED,
                        ErrorCode.BAD_REQUEST.wireName(),
                        "The ICE session has been restarted since.");
    }

    // --- shared -----------------------------------------------------------------------------------------------------

    private CompletionStage<Reply> onLoop(Supplier<CompletableFuture<Reply>> task) {
        CompletableFuture<Reply> result = new CompletableFuture<>();
        // As a stage of its own, so that a request is answered even if the task throws.
        var _ = CompletableFuture.completedFuture(task)
                .thenComposeAsync(Supplier::get, loop::execute)
                .whenComplete((reply, failure) -> result.complete(failure == null ? reply : Problems.of(failure)));
        return result;
    }

    private static CompletionStage<Reply> done(Reply reply) {
        return CompletableFuture.completedStage(reply);
    }

    private static Reply noSession() {
        return Problems.of(HttpResponseStatus.NOT_FOUND, "not-found", "The session is over.");
    }

    private static Reply unsupportedMediaType(String expected) {
        return Problems.of(
                HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                ErrorCode.BAD_REQUEST.wireName(),
                "The body must be " + expected + ".");
    }

    private static Reply withCors(Request request, Reply reply) {
        String origin = request.header(HttpHeaderNames.ORIGIN);
        if (origin == null) {
            return reply;
        }
        return reply.with("Access-Control-Allow-Origin", origin)
                .with("Vary", "Origin")
                .with("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
                .with("Access-Control-Expose-Headers", "Accept-Patch, Accept-Post, ETag, Link, Location")
                .with("Access-Control-Max-Age", "600");
    }

    private static boolean isMediaType(Request request, String expected) {
        String type = request.header(HttpHeaderNames.CONTENT_TYPE);
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(expected);
    }

    private static boolean accepts(Request request, String type) {
        List<String> accept = request.headers().getAll(HttpHeaderNames.ACCEPT);
        return accept.isEmpty()
                || accept.stream()
                        .flatMap(line -> List.of(line.split(",", -1)).stream())
                        .map(range -> range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                        .anyMatch(range -> range.equals(type) || range.equals("application/*") || range.equals("*/*"));
    }

    private static boolean isLabel(String text) {
        return !text.isBlank()
                && text.length() <= MAX_LABEL_LENGTH
                && text.codePoints().noneMatch(Character::isISOControl);
    }

    /** RFC 9725 §4.6. */
    private static @Nullable String links(List<IceServer> servers) {
        String links = servers.stream()
                .flatMap(server -> server.urls().stream().map(url -> link(server, url)))
                .collect(Collectors.joining(", "));
        return links.isEmpty() ? null : links;
    }

    private static String link(IceServer server, String url) {
        String link = "<" + url + ">; rel=\"ice-server\"";
        return server.username() == null || server.credential() == null
                ? link
                : link + "; username=" + quoted(server.username()) + "; credential=" + quoted(server.credential())
                        + "; credential-type=\"password\"";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
