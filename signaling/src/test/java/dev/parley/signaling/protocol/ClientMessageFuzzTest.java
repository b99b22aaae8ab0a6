package dev.parley.signaling.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class ClientMessageFuzzTest {
    @FuzzTest
    void endsInMessageOrStableError(byte[] data) throws BadMessageException {
        String json = new String(data, StandardCharsets.UTF_8);
        ClientMessage message;
        try {
            message = MessageCodec.decodeClient(json);
        } catch (BadMessageException e) {
            assertFalse(e.sentence().contains("dev.parley"), "leaks a class name");
            return;
        }
        assertEquals(message, MessageCodec.decodeClient(MessageCodec.encode(message)));
    }
}
