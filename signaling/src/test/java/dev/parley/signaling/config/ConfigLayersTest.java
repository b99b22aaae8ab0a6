package dev.parley.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.Termination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLayersTest {
    @TempDir
    private Path folder;

    @Test
    void defaultsFileHasEveryKeyOnceAndNoOther() throws IOException {
        List<String> keys = Files.readAllLines(Path.of("src/main/resources/parley-defaults.yaml")).stream()
                .filter(line -> line.matches("[a-z].*"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
        assertEquals(
                Arrays.stream(ConfigKey.values()).map(ConfigKey::key).collect(Collectors.toSet()), Set.copyOf(keys));
        assertEquals(ConfigKey.values().length, keys.size());
    }

    @Test
    void defaultIsDevelopmentServerOnLoopback() {
        ServerConfig config = ServerConfig.defaults();
        assertEquals(8080, config.httpPort());
        assertEquals(List.of("127.0.0.1"), config.bind());
        assertEquals(7882, config.toSfuConfig().udpPort());
        assertEquals(Duration.ofSeconds(20), config.gracePeriod());
    }

    @Test
    void terminationIsReadForTheServerAndForRooms() throws IOException {
        assertEquals(
                SfuConfig.NativePeers.defaults(),
                ServerConfig.defaults().toSfuConfig().nativePeers());
        ServerConfig config = ConfigLayers.defaults().file(write("""
                        termination: auto
                        room-termination: [studio=native, a=b=forward]
                        native-udp-ports: 20000-20999
                        max-native-encodes: 0
                        """)).build();
        assertEquals(
                new SfuConfig.NativePeers(Termination.AUTO, 20_000, 20_999, 0),
                config.toSfuConfig().nativePeers());
        assertEquals(Map.of("studio", Termination.NATIVE, "a=b", Termination.FORWARD), config.roomTerminations());
        assertEquals("20000-20999", config.text(ConfigKey.NATIVE_UDP_PORTS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            termination         | always    | one of forward, native, auto
            room-termination    | studio    | such as studio=native
            room-termination    | studio=on | must be forward, native or auto
            native-udp-ports    | 0-99      | a range of ports
            native-udp-ports    | 300-200   | a range of ports
            native-udp-ports    | 1-70000   | a range of ports
            max-native-encodes  | -1        | auto, or a whole number
            """)
    void badTerminationSaysWhatWouldBeRight(String key, String value, String expected) throws IOException {
        Path file = write(key + ": \"" + value + "\"\n");
        ConfigException e = assertThrows(
                ConfigException.class, () -> ConfigLayers.defaults().file(file));
        assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    }

    @Test
    void laterLayersWin() throws IOException {
        Path file = write("http-port: 1\nudp-port: 1\nshards: 1\nmax-rooms: 7\n");
        ServerConfig config = ConfigLayers.defaults()
                .file(file)
                .environment(Map.of("PARLEY_HTTP_PORT", "2", "PARLEY_UDP_PORT", "2", "HOME", "/"))
                .commandLine(Map.of(ConfigKey.HTTP_PORT, "3"))
                .build();
        assertEquals(3, config.httpPort());
        assertEquals(2, config.toSfuConfig().udpPort());
        assertEquals(1, config.toSfuConfig().shards());
        assertEquals(7, config.sfuLimits().rooms());
    }

    @Test
    void readsListsFromYamlAndFromText() throws IOException {
        Path file = write("bind: [0.0.0.0, '::']\nannounce: 192.0.2.1\n");
        ServerConfig config = ConfigLayers.defaults()
                .file(file)
                .environment(Map.of("PARLEY_ALLOWED_ORIGINS", "https://a.example, https://b.example:8443"))
                .build();
        assertEquals(List.of("0.0.0.0", "::"), config.bind());
        assertEquals(List.of("192.0.2.1"), config.toSfuConfig().announcedAddresses());
        assertEquals(List.of("https://a.example", "https://b.example:8443"), config.allowedOrigins());
    }

    @Test
    void httpListensWhereMediaDoesUnlessToldOtherwise() {
        ConfigLayers layers = ConfigLayers.defaults().environment(Map.of("PARLEY_BIND", "0.0.0.0"));
        assertEquals(List.of("0.0.0.0"), layers.build().httpBind());
        ServerConfig apart =
                layers.environment(Map.of("PARLEY_HTTP_BIND", "127.0.0.1")).build();
        assertEquals(List.of("127.0.0.1"), apart.httpBind());
        assertEquals(List.of("0.0.0.0"), apart.bind());
    }

    @Test
    void readsIceServers() throws IOException {
        Path file = write("ice-servers:\n- stun:s.example\n- {urls: ['turn:t.example'], username: u, credential: c}\n");
        assertEquals(
                List.of(
                        new IceServer(List.of("stun:s.example"), null, null),
                        new IceServer(List.of("turn:t.example"), "u", "c")),
                ConfigLayers.defaults().file(file).build().iceServers());
    }

    @Test
    void emptyFileChangesNothing() throws IOException {
        assertEquals(
                8080, ConfigLayers.defaults().file(write("# nothing\n")).build().httpPort());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "http-prt: 1|http-prt|did you mean http-port",
                "http-port: 70000|http-port|0..65535",
                "http-port: eighty|http-port|whole number",
                "http-port: 80.5|http-port|whole number",
                "http-port: 99999999999|http-port|0..65535",
                "http-port:|http-port|no value",
                "bind: [localhost]|bind|127.0.0.1",
                "bind: []|bind|at least one",
                "tcp-enabled: maybe|tcp-enabled|true or false",
                "io: uring|io|auto, foreign, epoll, nio",
                "crypto: rot13|crypto|auto, ipsec-mb, openssl, jdk",
                "allowed-origins: [meet.example.com]|allowed-origins|https://meet.example.com",
                "ice-servers: ['http://x']|ice-servers|stun:",
                "ice-servers: ['turn:x']|ice-servers|username",
                "turn-urls: ['stun:x']|turn-urls|turn:turn.example.com",
                "turn-ttl-seconds: 1|turn-ttl-seconds|10..604800",
                "grace-period-seconds: 0|grace-period-seconds|1..3600",
                "'http-port: 1\nhttp-port: 2'|config.yaml|Duplicate",
                "- a|config.yaml|key: value",
                "'a: [b'|config.yaml|key: value",
            })
    void namesKeyAndMend(String yaml, String key, String mend) throws IOException {
        Path file = write(yaml);
        ConfigException e = assertThrows(
                ConfigException.class, () -> ConfigLayers.defaults().file(file));
        assertTrue(String.valueOf(e.getMessage()).contains(key), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains(mend), e.getMessage());
    }

    @Test
    void wantsASecretForTurnAndNeverRepeatsIt() throws IOException {
        ConfigLayers lacking = ConfigLayers.defaults().file(write("turn-urls: ['turn:t.example']\n"));
        ConfigException e = assertThrows(ConfigException.class, lacking::build);
        assertTrue(String.valueOf(e.getMessage()).contains("turn-secret"), e.getMessage());

        assertEquals(
                "hush",
                lacking.environment(Map.of("PARLEY_TURN_SECRET", "hush"))
                        .build()
                        .turnSecret());

        ConfigException bad = assertThrows(
                ConfigException.class,
                () -> ConfigLayers.defaults().environment(Map.of("PARLEY_TURN_SECRET", "two\nlines")));
        assertTrue(String.valueOf(bad.getMessage()).contains("PARLEY_TURN_SECRET"), bad.getMessage());
        assertTrue(!String.valueOf(bad.getMessage()).contains("two"), bad.getMessage());
    }

    @Test
    void namesTheUnknownVariable() {
        ConfigException e = assertThrows(
                ConfigException.class, () -> ConfigLayers.defaults().environment(Map.of("PARLEY_HTTPPORT", "1")));
        assertTrue(String.valueOf(e.getMessage()).contains("PARLEY_HTTPPORT"), e.getMessage());
    }

    @Test
    void namesTheFileThatIsMissing() {
        ConfigException e = assertThrows(
                ConfigException.class, () -> ConfigLayers.defaults().file(folder.resolve("no.yaml")));
        assertTrue(String.valueOf(e.getMessage()).contains("no.yaml"), e.getMessage());
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), yaml);
    }
}
