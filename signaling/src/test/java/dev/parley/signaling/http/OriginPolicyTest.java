package dev.parley.signaling.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {
    private final OriginPolicy policy = new OriginPolicy(List.of("https://meet.example.com"));

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, localhost:8080, true",
        "http://LOCALHOST:8080, localhost:8080, true",
        "https://parley.example, parley.example, true",
        "https://parley.example:443, parley.example, true",
        "https://meet.example.com, localhost:8080, true",
        "https://Meet.Example.com, localhost:8080, true",
        "http://[::1]:8080, [::1]:8080, true",
        ", localhost:8080, true",
        "http://localhost:8081, localhost:8080, false",
        "http://meet.example.com, localhost:8080, false",
        "https://meet.example.com.evil.example, localhost:8080, false",
        "https://evil.example, localhost:8080, false",
        "null, localhost:8080, false",
        "http://localhost:8080, , false",
        "http://localhost:8080@evil.example, localhost:8080, false",
        "not a uri, localhost:8080, false",
    })
    void allowsOwnPagesAndThoseConfigured(String origin, String host, boolean allowed) {
        assertEquals(allowed, policy.allows(headers(origin, host)));
    }

    @ParameterizedTest
    @CsvSource({"https://anything.example, localhost:8080", "null, localhost:8080"})
    void starAllowsAny(String origin, String host) {
        assertEquals(true, new OriginPolicy(List.of("*")).allows(headers(origin, host)));
    }

    private static HttpHeaders headers(String origin, String host) {
        HttpHeaders headers = new DefaultHttpHeaders();
        if (origin != null) {
            headers.set("Origin", origin);
        }
        if (host != null) {
            headers.set("Host", host);
        }
        return headers;
    }
}
