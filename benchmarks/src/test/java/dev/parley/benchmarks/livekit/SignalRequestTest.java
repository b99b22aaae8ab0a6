package dev.parley.benchmarks.livekit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.benchmarks.livekit.SignalRequest.Layer;
import dev.parley.benchmarks.livekit.SignalRequest.Quality;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Requests against bytes that were worked out by hand, from the field numbers of {@code livekit_rtc.proto} and the encoding of
 * Protocol Buffers: a key is the number shifted by three, and 0 for an integer or 2 for what has a length.
 */
final class SignalRequestTest {
    private static void assertBytes(String hex, SignalRequest request) {
        assertEquals(hex.replaceAll("\\s", ""), HexFormat.of().formatHex(request.toBytes()));
    }

    @Test
    void writesDescriptions() {
        assertBytes("0a 0c | 0a 05 6f66666572 | 12 03 763d30".replace("|", ""), new SignalRequest.Offer("v=0"));
        assertBytes(
                "12 10 | 0a 06 616e73776572 | 12 03 763d30 | 18 ac02".replace("|", ""),
                new SignalRequest.Answer("v=0", 300));
    }

    @Test
    void announcesAMicrophoneThatIsNotToBecomeRed() {
        assertBytes(
                "22 0e | 0a 03 6d6963 | 12 03 6d6963 | 40 02 | 68 01".replace("|", ""),
                new SignalRequest.AddTrack("mic", true, "opus", List.of()));
    }

    @Test
    void announcesACameraWithItsLayers() {
        assertBytes(
                """
                22 3a
                   0a 03 63616d  12 03 63616d  18 01  20 8005  28 e802  40 01
                   4a 0a  10 c002  18 b401  20 f09309
                   4a 0c  08 02  10 8005  18 e802  20 a0c21e
                   52 0a  0a 03 767038  12 03 63616d
                """,
                new SignalRequest.AddTrack(
                        "cam",
                        false,
                        "vp8",
                        List.of(
                                new Layer(Quality.LOW, 320, 180, 150_000),
                                new Layer(Quality.HIGH, 640, 360, 500_000))));
    }

    @Test
    void writesWhatHasFewWords() {
        assertBytes("3a 08  0a 04 54525f31  20 02", new SignalRequest.WatchLargest("TR_1"));
        assertBytes("42 02  10 01", new SignalRequest.Leave());
        assertBytes("8201 02  08 01", new SignalRequest.Ping(1));
    }

    @Test
    void callsTheLargestLayerHighWhateverIsBelow() {
        assertEquals(
                List.of(Quality.LOW, Quality.MEDIUM, Quality.HIGH),
                qualities(SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 2, 30)));
        assertEquals(
                List.of(Quality.HIGH),
                qualities(SyntheticClips.video(
                        Codec.H264, List.of(new SyntheticClips.LayerShape("", 640, 360, 500_000)), 2, 30)));
    }

    private static List<Quality> qualities(MediaClip clip) {
        return LiveKitMember.announcement(new SentTrack("m", "camera", PacketizedClip.of(clip), 0)).layers().stream()
                .map(Layer::quality)
                .toList();
    }
}
