package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SdpEditsTest {
    private static String sdp(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void sectionsAreRenamedInTheirOrderAndTheBundleWithThem() {
        String offer = sdp("v=0", "a=group:BUNDLE 0 1", "m=audio 9 X 111", "a=mid:0", "m=video 9 X 96", "a=mid:1");
        assertEquals(
                sdp("v=0", "a=group:BUNDLE a b", "m=audio 9 X 111", "a=mid:a", "m=video 9 X 96", "a=mid:b"),
                SdpEdits.rename(offer, List.of("a", "b")));
        assertThrows(IllegalArgumentException.class, () -> SdpEdits.rename(offer, List.of("a", "b", "c")));
    }

    @Test
    void candidatesAreAnnouncedAtOtherAddressesOfTheirFamilyUnderTheirOwnPorts() {
        String answer = sdp(
                "m=audio 4000 X 111",
                "a=candidate:1 1 udp 2122 192.0.2.2 4000 typ host generation 0",
                "a=candidate:2 1 udp 2121 fd00::2 4001 typ host generation 0",
                "a=mid:0");
        assertEquals(
                sdp(
                        "m=audio 4000 X 111",
                        "a=candidate:1 1 udp 2122 203.0.113.7 4000 typ host generation 0",
                        "a=candidate:1 1 udp 2122 198.51.100.1 4000 typ host generation 0",
                        "a=mid:0"),
                SdpEdits.announce(answer, List.of("203.0.113.7", "198.51.100.1")));
        assertEquals(answer, SdpEdits.announce(answer, List.of()));
        assertTrue(SdpEdits.hasCandidate(answer));
    }

    @Test
    void theLargestLayerIsTakenAndTheOthersPaused() {
        String answer = sdp("m=video 9 X 96", "a=mid:1", "a=recvonly", "m=video 9 X 96", "a=mid:2");
        assertEquals(
                sdp(
                        "m=video 9 X 96",
                        "a=mid:1",
                        "a=rid:q recv",
                        "a=rid:h recv",
                        "a=rid:f recv",
                        "a=simulcast:recv ~q;~h;f",
                        "a=recvonly",
                        "m=video 9 X 96",
                        "a=mid:2"),
                SdpEdits.acceptLastLayer(answer, "1", List.of("q", "h", "f")));
    }

    @Test
    void sectionsOfAnOfferTellWhatTheBrowserSendsAndTakes() {
        String offer = sdp(
                "v=0",
                "o=- 1 1 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=group:BUNDLE 0 1 2 3",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "c=IN IP4 0.0.0.0",
                "a=mid:0",
                "a=recvonly",
                "a=rtpmap:111 opus/48000/2",
                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                "c=IN IP4 0.0.0.0",
                "a=mid:1",
                "a=sendonly",
                "a=rtpmap:96 VP9/90000",
                "a=rid:h send",
                "a=rid:f send",
                "a=simulcast:send h;f",
                "m=video 0 UDP/TLS/RTP/SAVPF 96",
                "c=IN IP4 0.0.0.0",
                "a=mid:2",
                "a=inactive",
                "a=rtpmap:96 VP8/90000",
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
                "c=IN IP4 0.0.0.0",
                "a=mid:3");
        List<TerminatedSection> sections = TerminatedSection.of(offer);
        assertEquals(
                List.of("0", "1", "2"),
                sections.stream().map(TerminatedSection::mid).toList());
        assertEquals(
                List.of(false, true, false),
                sections.stream().map(TerminatedSection::publishes).toList());
        assertEquals(
                List.of(true, false, false),
                sections.stream().map(TerminatedSection::receives).toList());
        assertEquals(List.of("h", "f"), sections.get(1).layers());
        assertEquals("VP9", sections.get(1).codec());
    }
}
