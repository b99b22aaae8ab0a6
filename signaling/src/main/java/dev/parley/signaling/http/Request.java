package dev.parley.signaling.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request, read.
 *
 * @param path decoded, without the query
 * @param segments of the path, each decoded by itself, so that an encoded slash stays within its segment
 * @param query decoded parameters
 * @param address the client's IP address, seen through trusted proxies
 */
public record Request(
        HttpMethod method,
        String path,
        List<String> segments,
        Map<String, List<String>> query,
        HttpHeaders headers,
        String body,
        String address) {

    public @Nullable String header(CharSequence name) {
        return headers.get(name);
    }

    public @Nullable String queryParameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? null : values.getFirst();
    }

    boolean isRead() {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }
}
