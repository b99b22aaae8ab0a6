package dev.parley.signaling.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One response, immutable; the server adds the headers that all have. */
public final class Reply {
    private static final byte[] NONE = {};

    private final HttpResponseStatus status;
    private final Map<String, String> headers;
    private final byte[] body;

    private Reply(HttpResponseStatus status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    public static Reply empty(HttpResponseStatus status) {
        return new Reply(status, Map.of(), NONE);
    }

    /** {@code body} is not copied: nobody changes it afterwards. */
    public static Reply of(HttpResponseStatus status, String contentType, byte[] body) {
        return new Reply(status, Map.of("Content-Type", contentType), body);
    }

    public static Reply text(HttpResponseStatus status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 9110 §15.5.6: with the methods that are allowed. */
    public static Reply methodNotAllowed(String allowed) {
        return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "Use one of: " + allowed + "\n")
                .with("Allow", allowed);
    }

    /** This reply with one header more; null adds none. */
    public Reply with(String name, @Nullable String value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, Collections.unmodifiableMap(more), body);
    }

    public HttpResponseStatus status() {
        return status;
    }

    public Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
