package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class RtpExtensionMapTest {
    @Test
    void findsAnExtensionByIdAndAnIdByExtension() {
        RtpExtensionMap map = RtpExtensionMap.from(Map.of(RtpExtension.MID, 4, RtpExtension.RID, 255));
        assertEquals(4, map.id(RtpExtension.MID));
        assertEquals(0, map.id(RtpExtension.TOFFSET));
        assertEquals(RtpExtension.RID, map.of(255));
        assertNull(map.of(1));
        assertNull(map.of(-1));
        assertNull(map.of(256));
        assertEquals(0, RtpExtensionMap.EMPTY.id(RtpExtension.MID));
        assertEquals("RtpExtensionMap[MID=4, RID=255]", map.toString());
        assertEquals(map, RtpExtensionMap.from(Map.of(RtpExtension.RID, 255, RtpExtension.MID, 4)));
    }

    @Test
    void refusesIdsThatNoPacketCanCarryAndIdsUsedTwice() {
        assertThrows(IllegalArgumentException.class, () -> RtpExtensionMap.from(Map.of(RtpExtension.MID, 0)));
        assertThrows(IllegalArgumentException.class, () -> RtpExtensionMap.from(Map.of(RtpExtension.MID, 256)));
        assertThrows(
                IllegalArgumentException.class,
                () -> RtpExtensionMap.from(Map.of(RtpExtension.MID, 1, RtpExtension.RID, 1)));
    }

    @Test
    void knowsEachExtensionByItsUri() {
        for (RtpExtension extension : RtpExtension.values()) {
            assertEquals(extension, RtpExtension.fromUri(extension.uri()));
        }
        assertNull(RtpExtension.fromUri("urn:ietf:params:rtp-hdrext:encrypt"));
    }

    @Test
    void knowsEachCodecByItsNameInAnyCase() {
        for (Codec codec : Codec.values()) {
            assertEquals(codec, Codec.fromName(codec.encodingName()));
        }
        assertEquals(Codec.VP8, Codec.fromName("vp8"));
        assertEquals(Codec.OPUS, Codec.fromName("OPUS"));
        assertNull(Codec.fromName("H265"));
    }
}
