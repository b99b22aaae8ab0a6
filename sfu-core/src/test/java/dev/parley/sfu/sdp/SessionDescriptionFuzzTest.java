package dev.parley.sfu.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

final class SessionDescriptionFuzzTest {
    /** Reading and answering end in an answer that can be read, or in an {@link SdpException}. */
    @FuzzTest(maxDuration = "60s")
    void answersOrRefuses(byte[] data) {
        NegotiatedSession session;
        SessionDescription offer;
        try {
            offer = SessionDescription.parse(new String(data, StandardCharsets.UTF_8));
            session = Answerer.answer(offer, Plans.all(offer));
        } catch (SdpException e) {
            return;
        }
        try {
            SessionDescription answer = SessionDescription.parse(session.sdp());
            assertEquals(offer.sections().size(), answer.sections().size());
        } catch (SdpException e) {
            throw new AssertionError("our own answer cannot be read", e);
        }
    }
}
