package dev.parley.benchmarks.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tokens against one that Python's hmac and base64 have made of the same claims. */
final class AccessTokenTest {
    @Test
    void isWhatAnotherImplementationMakes() {
        String token = new AccessToken("devkey", "secret").of("load-0", "r0-m1", Instant.ofEpochSecond(1_700_000_000L));

        assertEquals(
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
                        + ".eyJpc3MiOiJkZXZrZXkiLCJzdWIiOiJyMC1tMSIsIm5hbWUiOiJyMC1tMSIsIm5iZiI6MTY5OTk5OTk0MCwiZXhwIj"
                        + "oxNzAwMDIxNjAwLCJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZSwicm9vbSI6ImxvYWQtMCIsImNhblB1Ymxpc2giOnRydWU"
                        + "sImNhblN1YnNjcmliZSI6dHJ1ZX19"
                        + ".Yk4qNniSnJGYhWM6NFt0K4YfmoOlnHttikY6lHCB4xU",
                token);
    }

    @Test
    void doesNotShowItsSecret() {
        assertFalse(new AccessToken("devkey", "hush").toString().contains("hush"));
    }

    @Test
    void refusesToSignWithNothing() {
        assertThrows(IllegalArgumentException.class, () -> new AccessToken("devkey", " "));
        assertThrows(IllegalArgumentException.class, () -> new AccessToken("", "secret"));
    }
}
