package dev.parley.signaling.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.List;

/** Requests as the router reads them, for tests of routes. */
public final class Requests {
    private Requests() {}

    /**
     * @param headers names and values by turns
     */
    public static Request of(String method, String uri, String body, String... headers) {
        HttpHeaders fields = new DefaultHttpHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            fields.add(headers[i], headers[i + 1]);
        }
        QueryStringDecoder decoder = new QueryStringDecoder(uri);
        List<String> segments = Arrays.stream(decoder.rawPath().split("/", -1))
                .map(QueryStringDecoder::decodeComponent)
                .toList();
        return new Request(
                HttpMethod.valueOf(method),
                decoder.path(),
                segments.subList(1, segments.size()),
                decoder.parameters(),
                fields,
                body,
                "192.0.2.1");
    }
}
