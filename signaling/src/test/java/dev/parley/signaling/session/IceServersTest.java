package dev.parley.signaling.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.parley.signaling.config.ConfigKey;
import dev.parley.signaling.config.IceServer;
import dev.parley.signaling.config.ServerConfig;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceServersTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_433_895_918);
    private static final String TURN = "turn:turn.example.com:3478?transport=udp";

    private static ServerConfig config() {
        return ServerConfig.defaults()
                .with(ConfigKey.ICE_SERVERS, List.of("stun:stun.example.com"))
                .with(ConfigKey.TURN_URLS, List.of(TURN))
                .with(ConfigKey.TURN_SECRET, "north")
                .with(ConfigKey.TURN_TTL_SECONDS, 600);
    }

    private static IceServers servers(ServerConfig config, Instant now) {
        return new IceServers(config, InstantSource.fixed(now));
    }

    /** The password is what printf %s 1433896518:PA_1 | openssl dgst -sha1 -hmac north -binary | base64 says. */
    @Test
    void namesTheEndInTheUsernameAndSignsIt() {
        List<IceServer> servers = servers(config(), NOW).forUser("PA_1");
        assertEquals(
                List.of(
                        new IceServer(List.of("stun:stun.example.com"), null, null),
                        new IceServer(List.of(TURN), "1433896518:PA_1", "DLsfB+uKS8psie/UVs9NE5JV77o=")),
                servers);
    }

    @Test
    void givesEachUserAndEachSecondAnotherPassword() {
        String first = password(NOW, "PA_1");
        assertEquals(first, password(NOW, "PA_1"));
        assertNotEquals(first, password(NOW, "PA_2"));
        assertNotEquals(first, password(NOW.plusSeconds(1), "PA_1"));
    }

    private static String password(Instant now, String user) {
        return String.valueOf(servers(config(), now).forUser(user).getLast().credential());
    }

    @Test
    void tellsOfNoTurnServerWhereNoneIsConfigured() {
        ServerConfig config = config().with(ConfigKey.TURN_URLS, List.of());
        assertEquals(config.iceServers(), servers(config, NOW).forUser("PA_1"));
    }
}
