package dev.parley.signaling.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "1", "null", "\"join\"", "{} {}", "{\"a\":1,\"a\":2}", "{'id':1}", "nul"})
    void refusesWhatIsNoJsonObject(String json) {
        assertRefused(json, null, ErrorCode.BAD_JSON);
    }

    @Test
    void refusesDeepNesting() {
        assertRefused("{\"x\":" + "[".repeat(200_000) + "}", null, ErrorCode.BAD_JSON);
    }

    @Test
    void refusesUnknownTypeAndEchoesTheId() {
        assertRefused("{\"type\":\"jump\",\"id\":4}", 4L, ErrorCode.UNKNOWN_TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"id\":0}",
                "{\"type\":\"ping\",\"id\":-1}",
                "{\"type\":\"ping\",\"id\":\"1\"}",
                "{\"type\":\"ping\",\"id\":1.5}",
                "{\"type\":\"ping\",\"id\":99999999999999999999}",
                "{\"type\":\"ping\",\"id\":null}",
                "{\"id\":null}",
                "{\"type\":7}"
            })
    void refusesRequestWithoutUsableId(String json) {
        assertRefused(json, null, ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"join\",\"id\":1,\"name\":\"A\"}|room is missing",
                "{\"type\":\"join\",\"id\":1,\"room\":\" \",\"name\":\"A\"}|room must not be blank",
                "{\"type\":\"join\",\"id\":1,\"room\":\"r\",\"name\":\"A\",\"termination\":\"x\"}|termination must be forward, native or auto, got x",
                "{\"type\":\"join\",\"id\":1,\"room\":7,\"name\":\"A\"}|room has the wrong type",
                "{\"type\":\"join\",\"id\":1,\"room\":\"r\",\"name\":true}|name has the wrong type",
                "{\"type\":\"join\",\"id\":1,\"room\":\"r\\n\",\"name\":\"A\"}|room must not hold control characters",
                "{\"type\":\"offer\",\"id\":1}|sdp is missing",
                "{\"type\":\"offer\",\"id\":1,\"sdp\":\"\",\"tracks\":{}}|tracks has the wrong type",
                "{\"type\":\"offer\",\"id\":1,\"sdp\":\"\",\"tracks\":[null]}|tracks[] is missing",
                "{\"type\":\"offer\",\"id\":1,\"sdp\":\"\",\"tracks\":[{\"mid\":\"0\",\"source\":\"tv\"}]}"
                        + "|source must be one of microphone, camera, screen, screen-audio, unknown",
                "{\"type\":\"subscribe\",\"id\":1,\"slot\":\"0\",\"trackId\":\"t\",\"hint\":{\"width\":\"9\"}}"
                        + "|hint.width has the wrong type",
                "{\"type\":\"subscribe\",\"id\":1,\"slot\":\"0\",\"trackId\":\"t\",\"hint\":{\"width\":-1}}"
                        + "|width must be in 0..65536",
                "{\"type\":\"subscribe\",\"id\":1,\"slot\":\"0\",\"trackId\":\"t\",\"hint\":{\"width\":1.5}}"
                        + "|hint.width has the wrong type",
                "{\"type\":\"hint\",\"id\":1,\"slot\":\"0\"}|hint is missing",
                "{\"type\":\"mute\",\"id\":1,\"trackId\":\"t\"}|muted is missing",
                "{\"type\":\"mute\",\"id\":1,\"trackId\":\"t\",\"muted\":1}|muted has the wrong type",
                "{\"type\":\"mute\",\"id\":1,\"trackId\":\"t\",\"muted\":\"\"}|muted has the wrong type",
                "{\"type\":\"leave\",\"id\":9007199254740993}|id must be an integer of 1 or more"
            })
    void namesTheFieldThatIsWrong(String json, String sentence) {
        BadMessageException e = assertThrows(BadMessageException.class, () -> MessageCodec.decodeClient(json));
        assertEquals(ErrorCode.BAD_REQUEST, e.code());
        assertEquals(sentence, e.sentence());
    }

    @Test
    void ignoresFieldsItDoesNotKnow() throws BadMessageException {
        assertEquals(
                new ClientMessage.Leave(1),
                MessageCodec.decodeClient("{\"type\":\"leave\",\"id\":1,\"mood\":\"sad\"}"));
    }

    @Test
    void leavesOutWhatIsAbsent() {
        String json = MessageCodec.encode(new ClientMessage.Join(1, "r", null, "A", null, null, null, null));
        assertFalse(json.contains("null"), json);
        assertEquals(
                "{\"type\":\"error\",\"code\":\"bad-json\",\"message\":\"m\"}",
                MessageCodec.encode(new ServerMessage.ErrorReply(null, "bad-json", "m")));
    }

    @Test
    void takesJoinWithoutOptionalFields() throws BadMessageException {
        var join = assertInstanceOf(
                ClientMessage.Join.class,
                MessageCodec.decodeClient("{\"type\":\"join\",\"id\":1,\"room\":\"r\",\"name\":\"\"}"));
        assertNull(join.identity());
        assertEquals(List.of(), join.tracks());
    }

    private static void assertRefused(String json, @Nullable Long id, ErrorCode code) {
        BadMessageException e = assertThrows(BadMessageException.class, () -> MessageCodec.decodeClient(json));
        assertEquals(code, e.code());
        assertEquals(id, e.id());
    }
}
