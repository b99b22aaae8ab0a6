package dev.parley.benchmarks.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.livekit.SignalResponse.Participant;
import dev.parley.benchmarks.livekit.SignalResponse.Track;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Responses from bytes that were worked out by hand, as those of {@link SignalRequestTest}. */
final class SignalResponseTest {
    /** Somebody of sid PA_1 and identity r0-m1 who publishes TR_1, a video track named camera. */
    private static final String MEMBER =
            "0a 04 50415f31  12 05 72302d6d31  22 10  0a 04 54525f31  10 01  1a 06 63616d657261";

    private static final Participant READ = new Participant("r0-m1", List.of(new Track("TR_1", "camera")));

    /** A room, the member itself, one other, both fields of its version, and what a newer server may say in field 99. */
    private static final String JOIN = "0a 44  0a 03 0a0141  12 02 0a00  1a 1f " + MEMBER
            + "22 01 31  30 01  50 0f  58 05  62 0a 0800 12 06 312e31332e35  9a06 02 6868";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    private static SignalResponse parse(String hex) throws IOException {
        return SignalResponse.parse(bytes(hex));
    }

    @Test
    void readsAJoin() throws IOException {
        assertEquals(new SignalResponse.Joined(List.of(READ), true, "1.13.5", 5), parse(JOIN));
    }

    @Test
    void readsDescriptions() throws IOException {
        assertEquals(new SignalResponse.Answer("v=0"), parse("12 0d  0a 06 616e73776572  12 03 763d30"));
        assertEquals(new SignalResponse.Offer("v=0", 300), parse("1a 0f  0a 05 6f66666572  12 03 763d30  18 ac02"));
    }

    @Test
    void readsWhoseCandidateItIs() throws IOException {
        assertEquals(new SignalResponse.Candidate("{}", true), parse("22 04  0a 02 7b7d"));
        assertEquals(new SignalResponse.Candidate("{}", false), parse("22 08  0a 02 7b7d  10 01  18 01"));
    }

    @Test
    void readsWhoIsThere() throws IOException {
        assertEquals(
                new SignalResponse.Changed(List.of(READ, READ)), parse("2a 42  0a 1f" + MEMBER + "0a 1f" + MEMBER));
    }

    @Test
    void readsWhatIsPublished() throws IOException {
        assertEquals(new SignalResponse.Published("camera"), parse("32 10  0a 06 63616d657261  12 06 0a 04 54525f31"));
    }

    @Test
    void readsWhyItEnds() throws IOException {
        assertEquals(new SignalResponse.Left(DisconnectReason.DUPLICATE_IDENTITY), parse("42 02  10 02"));
        assertEquals("duplicate identity", DisconnectReason.DUPLICATE_IDENTITY.toString());
        assertEquals(new SignalResponse.Left(DisconnectReason.UNKNOWN_REASON), parse("42 03  10 e807"));
    }

    @Test
    void readsRefusals() throws IOException {
        assertEquals(new SignalResponse.Refused(3, "full"), parse("b201 08  10 03  1a 04 66756c6c"));
        assertEquals(new SignalResponse.Other(22), parse("b201 02  10 04"));
        assertEquals(
                new SignalResponse.NotWatched("TR_1", "its codec is not supported"),
                parse("aa01 08  0a 04 54525f31  10 01"));
    }

    @Test
    void skipsWhatIsOfNoConcernToIt() throws IOException {
        assertEquals(new SignalResponse.Other(10), parse("52 02 0a00"));
        assertEquals(new SignalResponse.Other(0), parse(""));
    }

    @Test
    void skipsAFieldOfAnotherTypeThanExpected() throws IOException {
        assertEquals(new SignalResponse.Offer("", 0), parse("1a 02  10 07"));
    }

    @Test
    void throwsNothingButIOExceptionsAtWhatIsCutOrChanged() throws IOException {
        byte[] whole = bytes(JOIN);
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> SignalResponse.parse(cut), "cut to " + length);
        }
        int refused = 0;
        for (int i = 0; i < whole.length * 8; i++) {
            byte[] changed = whole.clone();
            changed[i / 8] ^= (byte) (1 << i % 8);
            try {
                Object _ = SignalResponse.parse(changed);
            } catch (IOException e) {
                refused++;
            }
        }
        assertTrue(refused > 0 && refused < whole.length * 8, "a change may make nonsense of it or not: " + refused);
    }
}
