package dev.parley.benchmarks.load.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import org.junit.jupiter.api.Test;

/** Which stream is whose, as sections come and change. */
final class ReceptionTest {
    private final Reception reception = new Reception(new Totals());
    private final SentTrack track = new SentTrack("m", "microphone", PacketizedClip.of(SyntheticClips.audio(2)), 0);

    private static ReceivedSection audio(String mid, int ssrc) {
        return new ReceivedSection(mid, Codec.OPUS, 111, -1, ssrc, 0);
    }

    private ReceivedStream stream(int ssrc) {
        StreamTable.Entry entry = reception.bySsrc().get(ssrc);
        assertNotNull(entry);
        return entry.stream();
    }

    @Test
    void aSectionWithAnotherStreamTakesThePlaceOfTheOneBefore() {
        reception.add(audio("0", 100));
        reception.add(audio("1", 101));
        assertTrue(reception.expect("0", track));

        reception.add(audio("0", 200));

        assertEquals(2, reception.streams().size());
        assertFalse(reception.streams().contains(stream(100)));
        assertFalse(stream(100).isExpected(), "what still comes of the old one is unexpected");
        assertFalse(stream(200).isExpected(), "not said yet");
        assertTrue(reception.expect("0", track));
        assertTrue(stream(200).isExpected());
    }
}
