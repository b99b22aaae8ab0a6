package dev.parley.signaling.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect (RFC 6454): those that this server serves itself and those allowed by configuration.
 * Browsers always send an Origin with WebSockets and with cross-origin requests; what sends none is no browser, and
 * nobody can be tricked into using it.
 */
public final class OriginPolicy {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Set<String> allowed;
    private final boolean anyAllowed;

    public OriginPolicy(List<String> allowedOrigins) {
        anyAllowed = allowedOrigins.contains("*");
        allowed = allowedOrigins.stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean allows(HttpHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        return origin == null
                || anyAllowed
                || allowed.contains(origin.toLowerCase(Locale.ROOT))
                || isSameHost(origin, headers.get(HttpHeaderNames.HOST));
    }

    /** A proxy that terminates TLS changes the scheme, so only host and port are compared. */
    private static boolean isSameHost(String origin, @Nullable String host) {
        if (host == null) {
            return false;
        }
        try {
            URI page = URI.create(origin);
            URI server = URI.create(page.getScheme() + "://" + host);
            return page.getHost() != null
                    && page.getHost().equalsIgnoreCase(server.getHost())
                    && port(page) == port(server);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }
}
