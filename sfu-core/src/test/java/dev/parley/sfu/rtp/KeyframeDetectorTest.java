package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyframeDetectorTest {
    private static final int DD = 12;

    private final KeyframeDetector detector = new KeyframeDetector();

    @ParameterizedTest(name = "{0} {1}: {3}")
    @CsvSource({
        "VP8, 9080 80FF 00, true, a keyframe's first partition",
        "VP8, 9080 80FF 01, false, an interframe",
        "VP8, 80, false, too short for its descriptor",
        "VP9, 880599, true, begins a frame that refers to none",
        "VP9, 880580, true, the payload is not looked at",
        "VP9, C80599, false, refers to an earlier picture",
        "VP9, A8, false, too short for its descriptor",
        "H264, 65 88, true, RFC 6184 §5.6 an IDR slice",
        "H264, 67 42, true, a sequence parameter set",
        "H264, 68 CE, false, a picture parameter set alone",
        "H264, 41 9A, false, a slice of another picture",
        "H264, 78 0002 6742 0002 68CE, true, §5.7.1 STAP-A beginning with a sequence parameter set",
        "H264, 78 0002 0909 0002 6588, true, STAP-A with an IDR slice inside",
        "H264, 78 0002 68CE 0002 419A, false, STAP-A of neither",
        "H264, 78 0000 0002 6742, false, STAP-A with an empty unit",
        "H264, 78 0009 68CE, false, STAP-A whose unit runs over the end",
        "H264, 78 00, false, STAP-A without a unit",
        "H264, 7C 85 88, true, §5.8 the first fragment of an IDR slice",
        "H264, 7C 05 88, false, a later fragment",
        "H264, 7C 45 88, false, the last fragment",
        "H264, 7C 81 88, false, the first fragment of another slice",
        "H264, 7C, false, a fragment without its header",
        "AV1, 08 0A, true, §4.4 N: begins a coded video sequence",
        "AV1, 18 0A, true, the same with an element count",
        "AV1, 10 0A, false, a later frame",
        "AV1, 88 0A, false, continues what came before",
        "AV1, 08, false, without an element",
        "OPUS, FC, true, audio can start anywhere",
        "RTX, 0001 10 00, false, to be unwrapped first",
    })
    void readsThePayload(Codec codec, String payload, boolean keyframe, String why) {
        assertEquals(keyframe, detector.isKeyframeStart(codec, Packets.withPayload(payload), 0, true), why);
    }

    /** RFC 6184 §8.2.2: parameter sets may be in the stream, and then have to be there before the picture. */
    @ParameterizedTest
    @CsvSource({
        "67 42, true",
        "78 0002 6742 0002 68CE, true",
        "65 88, false",
        "7C 85 88, false",
        "78 0002 68CE 0002 6588, false"
    })
    void pictureWhoseParametersMayBeOnTheirWayIsNoPlaceToStart(String payload, boolean keyframe) {
        assertEquals(keyframe, detector.isKeyframeStart(Codec.H264, Packets.withPayload(payload), 0, false));
    }

    @Test
    void staysWithinThePayloadWhicheverBitIsFlipped() {
        PayloadDescriptorFuzzTest.checkFlipped("78 0002 0909 0003 658801");
        PayloadDescriptorFuzzTest.checkFlipped("7C 85 88");
        PayloadDescriptorFuzzTest.checkFlipped("18 0A 0B");
    }

    @Test
    void findsNoKeyframeInAnEmptyPayload() {
        for (Codec codec : Codec.values()) {
            if (codec.isVideo()) {
                assertFalse(detector.isKeyframeStart(codec, Packets.withPayload(""), 0, true));
            }
        }
    }

    /** The payload says keyframe, which an encrypted one may by chance. */
    private boolean withDescriptor(String element) {
        RtpPacket rtp = new RtpPacket();
        assertTrue(rtp.wrap(Packets.of("90600001 00000002 00000003 BEDE 0002" + element + "10 00")));
        return detector.isKeyframeStart(Codec.VP8, rtp, DD, true);
    }

    @Test
    void believesTheDependencyDescriptorAboveThePayload() {
        assertTrue(withDescriptor("C3 80000180 000000"), "a frame's start that brings a structure");
        assertFalse(withDescriptor("C3 00000180 000000"), "not a frame's start");
        assertFalse(withDescriptor("C3 80000140 000000"), "no structure");
        assertFalse(withDescriptor("C2 800001 00000000"), "mandatory fields alone");
    }

    @Test
    void readsThePayloadWhenThePacketHasNoDescriptor() {
        assertTrue(withDescriptor("10 80 0000 00000000"));
        assertTrue(withDescriptor("C1 8000 00 00000000"), "or one too short to be one");
    }
}
