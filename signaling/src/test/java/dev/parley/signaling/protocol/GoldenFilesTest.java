package dev.parley.signaling.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One file per message, read by the web client's tests as well: what either side changes, the other one sees. */
class GoldenFilesTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void thereIsOneFilePerMessage() throws IOException {
        Set<String> types = new TreeSet<>();
        types(ClientMessage.class).forEach(types::add);
        types(ServerMessage.class).forEach(types::add);
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = files.map(f -> f.getFileName().toString().replace(".json", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(types, names);
        }
    }

    @ParameterizedTest
    @MethodSource("clientTypes")
    void readsAndWritesClientMessage(String type) throws Exception {
        String json = Files.readString(FOLDER.resolve(type + ".json"));
        ClientMessage message = MessageCodec.decodeClient(json);
        assertSameJson(json, MessageCodec.encode(message));
    }

    @ParameterizedTest
    @MethodSource("serverTypes")
    void readsAndWritesServerMessage(String type) throws IOException {
        String json = Files.readString(FOLDER.resolve(type + ".json"));
        ServerMessage message = MessageCodec.decodeServer(json);
        assertSameJson(json, MessageCodec.encode(message));
    }

    @Test
    void keepsEmptySlotAsNull() throws IOException {
        var resumed = assertInstanceOf(
                ServerMessage.Resumed.class,
                MessageCodec.decodeServer(Files.readString(FOLDER.resolve("resumed.json"))));
        JsonNode written = MAPPER.readTree(MessageCodec.encode(resumed));
        assertEquals(true, written.get("slots").get(1).get("trackId").isNull());
    }

    private static void assertSameJson(String expected, String actual) {
        assertEquals(MAPPER.readTree(expected), MAPPER.readTree(actual));
    }

    static Stream<String> clientTypes() {
        return types(ClientMessage.class);
    }

    static Stream<String> serverTypes() {
        return types(ServerMessage.class);
    }

    private static Stream<String> types(Class<?> sealedType) {
        return Arrays.stream(sealedType.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name);
    }
}
