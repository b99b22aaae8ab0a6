package dev.parley.apache;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProxySocketsIT {
    private static final int SOCKETS = 500;
    private static final int SECONDS = 12;
    private static final long MAX_BYTES_PER_SOCKET = 200_000;

    /** As ./parley bench proxy-sockets, which goes on for two minutes; more than two of the server's intervals count. */
    @Test
    @SuppressWarnings("SystemOut") // for who reads the test's output
    void fiveHundredStayOpen() throws IOException, InterruptedException {
        ProxySockets.Result result = ProxySockets.measure(SOCKETS, Duration.ofSeconds(SECONDS));
        System.out.print(result.report(SECONDS));
        assertAll(
                () -> assertEquals(SOCKETS, result.open()),
                () -> assertEquals(0, result.unanswered()),
                () -> assertTrue(result.pings() > SOCKETS * 2, "pings"),
                () -> assertTrue((result.openBytes() - result.idleBytes()) / SOCKETS < MAX_BYTES_PER_SOCKET, "memory"));
    }
}
