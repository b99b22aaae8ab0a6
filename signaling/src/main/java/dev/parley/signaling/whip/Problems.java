package dev.parley.signaling.whip;

import dev.parley.sfu.SfuException;
import dev.parley.signaling.http.Reply;
import dev.parley.signaling.protocol.ErrorCode;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.TooManyRequestsException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Refusals over HTTP: RFC 9457 problem details, with the code that the WebSocket protocol has for the same. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String RETRY_AFTER_SECONDS = "60";

    private Problems() {}

    static Reply of(HttpResponseStatus status, String code, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("title", status.reasonPhrase());
        problem.put("status", status.code());
        problem.put("code", code);
        problem.put("detail", detail);
        byte[] body = MAPPER.writeValueAsString(problem).getBytes(StandardCharsets.UTF_8);
        return Reply.of(status, "application/problem+json", body);
    }

    static Reply badRequest(String detail) {
        return of(HttpResponseStatus.BAD_REQUEST, ErrorCode.BAD_REQUEST.wireName(), detail);
    }

    static Reply of(Throwable failure) {
        return switch (Entrance.cause(failure)) {
            case SfuException e -> of(e);
            case TooManyRequestsException e ->
                of(HttpResponseStatus.TOO_MANY_REQUESTS, ErrorCode.RATE_LIMITED.wireName(), detail(e))
                        .with("Retry-After", RETRY_AFTER_SECONDS);
            case Throwable cause -> {
                LOG.error("event=whip-request-failed", cause);
                yield of(
                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                        ErrorCode.INTERNAL.wireName(),
                        "The server has made a mistake; it has been logged.");
            }
        };
    }

    private static Reply of(SfuException e) {
        HttpResponseStatus status = switch (e.code()) {
            case BAD_SDP, BAD_REQUEST -> HttpResponseStatus.BAD_REQUEST;
            // RFC 9725 §4.2: an offer that is understood and cannot be served.
            case UNSUPPORTED_SDP, CODEC_NOT_NEGOTIATED, TRACK_LIMIT, SLOT_LIMIT ->
                HttpResponseStatus.UNPROCESSABLE_ENTITY;
            case ROOM_LIMIT, PARTICIPANT_LIMIT, NATIVE_LIMIT, NATIVE_UNAVAILABLE, OVERLOADED ->
                HttpResponseStatus.SERVICE_UNAVAILABLE;
            case TRACK_NOT_FOUND, SLOT_NOT_FOUND, CLOSED -> HttpResponseStatus.NOT_FOUND;
        };
        Reply reply = of(status, e.code().wireName(), detail(e));
        return status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)
                ? reply.with("Retry-After", RETRY_AFTER_SECONDS)
                : reply;
    }

    private static String detail(Throwable e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }
}
