package dev.parley.sfu.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.parley.sfu.rtp.Codec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class PayloadTypesTest {
    private final PayloadTypes types = new PayloadTypes(List.of(
            PayloadFormat.of(96, 97, Codec.VP8, 90_000, Map.of()),
            PayloadFormat.of(98, 99, Codec.VP9, 90_000, Map.of("profile-id", "0")),
            PayloadFormat.of(100, 101, Codec.VP9, 90_000, Map.of("profile-id", "2")),
            h264(102, "42001f", "1"),
            h264(104, "42e01f", "1"),
            h264(106, "42e01f", "0"),
            h264(108, "4D001f", "1"),
            PayloadFormat.of(111, -1, Codec.OPUS, 48_000, Map.of())));

    @Test
    void retransmissionsNameTheirOriginal() {
        assertEquals(96, types.originalOf(97));
        assertEquals(-1, types.originalOf(96));
        assertEquals(-1, types.originalOf(127));
        assertNull(types.format(97));
        assertEquals(Codec.OPUS, Objects.requireNonNull(types.format(111)).codec());
    }

    @Test
    void sameCodecOfAnotherProfileIsAnotherFormat() {
        assertEquals(100, match(PayloadFormat.of(45, -1, Codec.VP9, 90_000, Map.of("profile-id", "2"))));
        assertEquals(98, match(PayloadFormat.of(45, -1, Codec.VP9, 90_000, Map.of())));
        assertNull(types.match(PayloadFormat.of(45, -1, Codec.VP9, 90_000, Map.of("profile-id", "1"))));
        assertNull(types.match(PayloadFormat.of(45, -1, Codec.AV1, 90_000, Map.of())));
    }

    @Test
    void h264PrefersTheExactProfileAndModeAndTakesACompatibleOne() {
        assertEquals(104, match(h264(45, "42E034", "1")));
        assertEquals(106, match(h264(45, "42e01f", "0")));
        assertEquals(108, match(h264(45, "4d0032", "1")));
        // Baseline with other constraint flags, and the lower packetization mode in a receiver of the higher one.
        assertEquals(102, match(h264(45, "42c01f", "1")));
        assertEquals(108, match(h264(45, "4d0032", "0")));
        assertNull(types.match(h264(45, "64001f", "1")));
        assertNull(types.match(h264(45, "4", "1")));
    }

    private int match(PayloadFormat source) {
        return Objects.requireNonNull(types.match(source)).payloadType();
    }

    private static PayloadFormat h264(int payloadType, String profile, String mode) {
        return PayloadFormat.of(
                payloadType, -1, Codec.H264, 90_000, Map.of("profile-level-id", profile, "packetization-mode", mode));
    }
}
