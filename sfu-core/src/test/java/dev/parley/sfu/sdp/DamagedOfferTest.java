package dev.parley.sfu.sdp;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to an offer, the outcome is an answer or an {@link SdpException}. */
final class DamagedOfferTest {
    @ParameterizedTest
    @ValueSource(strings = {"chromium-156-simulcast", "firefox-153-sendrecv"})
    void survivesTruncationAtEveryLength(String name) {
        String sdp = Offers.read(name);
        for (int length = 0; length < sdp.length(); length++) {
            answerOrRefuse(sdp.substring(0, length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "firefox-153-sendrecv")
    void survivesEveryCharacterChanged(String name) {
        String sdp = Offers.read(name);
        for (int i = 0; i < sdp.length(); i++) {
            answerOrRefuse(sdp.substring(0, i) + (char) (sdp.charAt(i) ^ 1) + sdp.substring(i + 1));
            answerOrRefuse(sdp.substring(0, i) + ' ' + sdp.substring(i + 1));
        }
    }

    @ParameterizedTest
    @FieldSource("dev.parley.sfu.sdp.Offers#SHORT")
    void survivesEachLineRemoved(String name) {
        List<String> lines = Offers.read(name).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            List<String> damaged = new ArrayList<>(lines);
            damaged.remove(i);
            answerOrRefuse(String.join("\r\n", damaged));
        }
    }

    @ParameterizedTest
    @FieldSource("dev.parley.sfu.sdp.Offers#SHORT")
    void survivesEachLineDoubled(String name) {
        List<String> lines = Offers.read(name).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            List<String> damaged = new ArrayList<>(lines);
            damaged.add(i, lines.get(i));
            answerOrRefuse(String.join("\r\n", damaged));
        }
    }

    private static void answerOrRefuse(String sdp) {
        try {
            SessionDescription offer = SessionDescription.parse(sdp);
            NegotiatedSession session = Answerer.answer(offer, Plans.all(offer));
            // An answer that cannot be read would be our own fault.
            SessionDescription answer = SessionDescription.parse(session.sdp());
            assertNotNull(answer);
        } catch (SdpException e) {
            assertFalse(e.getMessage().isBlank());
        }
    }
}
