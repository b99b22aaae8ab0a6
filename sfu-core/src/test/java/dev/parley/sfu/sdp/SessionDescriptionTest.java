package dev.parley.sfu.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class SessionDescriptionTest {
    @Test
    void readsPublishAndSlotsOfChromium() throws SdpException {
        SessionDescription offer = Offers.parse("chromium-156-publish-and-slots");
        assertEquals(10, offer.sections().size());
        assertEquals(List.of(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")), offer.bundles());
        assertTrue(offer.extensionsMixed());

        MediaSection audio = offer.sections().getFirst();
        assertEquals(MediaType.AUDIO, audio.kind());
        assertEquals("0", audio.mid());
        assertEquals(Direction.SENDONLY, audio.direction());
        assertEquals(Setup.ACTPASS, audio.transport().setup());
        assertNotNull(audio.transport().ice());
        assertEquals(1, audio.transport().fingerprints().size());
        assertEquals(
                new CodecDescription(111, "opus", 48000, 2, "minptime=10;useinbandfec=1", List.of("transport-cc")),
                audio.codecs().getFirst());
        assertEquals(
                new ExtMap(1, null, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
                audio.extensions().getFirst());
        assertTrue(audio.rtcpMux() && audio.rtcpReducedSize() && audio.receiverReferenceTime());

        MediaSection video = offer.sections().get(1);
        assertEquals(1, video.msids().size());
        assertEquals(2, video.ssrcs().size());
        assertEquals(2, video.ssrcGroups().getFirst().ssrcs().size());
        assertEquals(Direction.RECVONLY, offer.sections().get(2).direction());
    }

    @Test
    void readsSimulcastOfChromiumWhichAnnouncesNoSsrc() throws SdpException {
        MediaSection video = Offers.parse("chromium-156-simulcast").sections().get(1);
        assertTrue(video.ssrcs().isEmpty());
        assertEquals(List.of("q", "h", "f"), video.rids().stream().map(Rid::id).toList());
        assertNotNull(video.simulcast());
        assertEquals(3, video.simulcast().send().size());
    }

    @Test
    void readsSimulcastOfFirefoxWhichIsBundleOnlyAndAnnouncesSsrcs() throws SdpException {
        SessionDescription offer = Offers.parse("firefox-153-simulcast-and-slots");
        assertEquals(1, offer.transport().fingerprints().size());
        MediaSection video = offer.sections().get(1);
        assertEquals(0, video.port());
        assertTrue(video.bundleOnly() && !video.isRejected());
        assertEquals(6, video.ssrcs().size());
        assertEquals(3, video.ssrcGroups().size());
        assertEquals(3, video.rids().size());
        assertEquals(Direction.SENDONLY, video.extensions().getLast().direction());
    }

    @Test
    void readsStoppedSectionsAsRejected() throws SdpException {
        assertTrue(
                Offers.parse("chromium-156-first-stopped").sections().getFirst().isRejected());
        assertTrue(
                Offers.parse("firefox-153-first-stopped").sections().getFirst().isRejected());
        assertTrue(
                Offers.parse("chromium-156-screen-stopped").sections().getLast().isRejected());
    }

    @Test
    void readsAlternativesAndPausedStreams() throws SdpException {
        String sdp = Offers.SMALL + """
                a=rid:a send pt=96;max-width=1280;max-height=720
                a=rid:b send
                a=rid:c recv
                a=rid:bad.id send
                a=rid:odd sideways
                a=simulcast:send a,~b;c recv c
                """;
        MediaSection video = SessionDescription.parse(sdp).sections().get(1);
        assertEquals(
                List.of(
                        new Rid("a", true, List.of(96), List.of("max-width=1280", "max-height=720")),
                        new Rid("b", true, List.of(), List.of()),
                        new Rid("c", false, List.of(), List.of())),
                video.rids());
        assertEquals(
                new Simulcast(
                        List.of(
                                List.of(new Simulcast.Stream("a", false), new Simulcast.Stream("b", true)),
                                List.of(new Simulcast.Stream("c", false))),
                        List.of(List.of(new Simulcast.Stream("c", false)))),
                video.simulcast());
    }

    @Test
    void resolvesWildcardFeedbackForAllButRetransmissions() throws SdpException {
        MediaSection video = SessionDescription.parse(Offers.SMALL + "a=rtcp-fb:* nack\na=rtcp-fb:96 ccm fir\n")
                .sections()
                .get(1);
        assertEquals(List.of("ccm fir", "nack"), video.codecs().getFirst().feedback());
        assertTrue(video.codecs().getLast().feedback().isEmpty());
    }

    @Test
    void takesDirectionOfSessionWhereSectionIsSilent() throws SdpException {
        String sdp = Offers.SMALL.replace("a=sendonly\n", "");
        assertEquals(
                Direction.SENDRECV,
                SessionDescription.parse(sdp).sections().getFirst().direction());
        assertEquals(
                Direction.INACTIVE,
                SessionDescription.parse(sdp.replace("t=0 0", "a=inactive"))
                        .sections()
                        .getFirst()
                        .direction());
    }

    @Test
    void ignoresWhatItDoesNotKnow() throws SdpException {
        String sdp = Offers.SMALL.replace("m=video", "x=?\na=future:thing\na=\n\na=fmtp:5 x\nm=video");
        assertEquals(
                SessionDescription.parse(Offers.SMALL).sections().getFirst(),
                SessionDescription.parse(sdp).sections().getFirst());
    }

    @ParameterizedTest
    @FieldSource("dev.parley.sfu.sdp.Offers#ALL")
    void writesWhatItReadsBackAlike(String name) throws SdpException {
        String written = Offers.parse(name).toSdp();
        // The numbers of the m= lines differ, so compare what is written.
        assertEquals(written, SessionDescription.parse(written).toSdp());
        assertTrue(written.endsWith("\r\n") && !written.replace("\r\n", "").contains("\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=0|v=1|1|UNSUPPORTED",
                "v=0|s=x|1|MALFORMED",
                "s=-|v=0|3|MALFORMED",
                "s=-|s|3|MALFORMED",
                "o=- 1 1 IN IP4 127.0.0.1|o=- 1 x IN IP4 127.0.0.1|2|MALFORMED",
                "o=- 1 1 IN IP4 127.0.0.1|o=- 1 1|2|MALFORMED",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111|m=audio 9 UDP/TLS/RTP/SAVPF|10|MALFORMED",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111|m=audio 65536 UDP/TLS/RTP/SAVPF 111|10|MALFORMED",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111|m=audio 9 UDP/TLS/RTP/SAVPF 128|10|MALFORMED",
                "a=mid:v|a=mid:a|15|MALFORMED",
                "a=mid:v|a=mid:|16|MALFORMED",
                "a=ice-pwd:abcdefghijklmnopqrstuvwx|a=x|6|MALFORMED",
                "a=ice-pwd:abcdefghijklmnopqrstuvwx|a=ice-pwd:short|7|MALFORMED",
                "a=setup:actpass|a=setup:maybe|9|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=rtpmap:96 VP8|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=rtpmap:x VP8/90000|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=extmap:x uri|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=extmap:3/both uri|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=ssrc:4294967296 cname:x|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=ssrc-group:FID 1 x|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=simulcast:send|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=simulcast:send a;;b|21|MALFORMED",
                "a=rtpmap:96 VP8/90000|a=msid:|21|MALFORMED"
            })
    void namesTheLineAtFault(String good, String bad, int line, SdpException.Reason reason) {
        SdpException e =
                assertThrows(SdpException.class, () -> SessionDescription.parse(Offers.SMALL.replace(good, bad)));
        assertEquals(line, e.line(), e.getMessage());
        assertEquals(reason, e.reason());
        assertTrue(e.getMessage().startsWith("SDP line " + line + ": "), e.getMessage());
    }

    @Test
    void refusesNulAndLoneCarriageReturn() {
        assertThrows(SdpException.class, () -> SessionDescription.parse(Offers.SMALL + "a=x\0y\n"));
        assertThrows(SdpException.class, () -> SessionDescription.parse(Offers.SMALL + "a=x\ry\n"));
    }

    @Test
    void refusesEmptyDescription() {
        assertThrows(SdpException.class, () -> SessionDescription.parse(""));
        assertThrows(SdpException.class, () -> SessionDescription.parse("v=0\n"));
    }

    @Test
    void limitsDescriptionLinesAndSections() {
        for (String sdp : List.of(
                Offers.SMALL + "a=x\n".repeat(SessionDescription.MAX_LENGTH / 4),
                Offers.SMALL + "a=" + "x".repeat(SdpParser.MAX_LINE_LENGTH) + "\n",
                Offers.SMALL + "m=audio 9 RTP/AVP 0\n".repeat(SdpParser.MAX_SECTIONS))) {
            SdpException e = assertThrows(SdpException.class, () -> SessionDescription.parse(sdp));
            assertEquals(SdpException.Reason.UNSUPPORTED, e.reason());
        }
    }

    @Test
    void readsUnsignedSessionIdsAndSsrcs() throws SdpException {
        String sdp = Offers.SMALL.replace("o=- 1 1", "o=- 18446744073709551615 1") + "a=ssrc:4294967295 cname:x\n";
        SessionDescription description = SessionDescription.parse(sdp);
        assertEquals(-1L, description.sessionId());
        assertEquals(
                List.of(new SsrcSource(-1, "x")), description.sections().get(1).ssrcs());
        assertTrue(description.toSdp().contains("o=- 18446744073709551615 1 IN"));
        assertTrue(description.toSdp().contains("a=ssrc:4294967295 cname:x"));
    }

    @Test
    void keepsFirstOfContradictingLines() throws SdpException {
        MediaSection video = SessionDescription.parse(Offers.SMALL
                        + "a=rtpmap:96 H264/90000\na=fmtp:97 apt=100\na=simulcast:send q\na=simulcast:send z\n")
                .sections()
                .get(1);
        assertEquals("VP8", video.codecs().getFirst().name());
        assertEquals("apt=96", video.codecs().getLast().fmtp());
        assertNotNull(video.simulcast());
        assertEquals("q", video.simulcast().send().getFirst().getFirst().rid());
    }

    @Test
    void boundsWhatWildcardsMultiplyInto() throws SdpException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            lines.add("a=rtcp-fb:* x" + i);
        }
        MediaSection video = SessionDescription.parse(Offers.SMALL + String.join("\n", lines))
                .sections()
                .get(1);
        assertTrue(video.codecs().getFirst().feedback().size() <= 64);
    }

    @Test
    void readsPayloadTypesWithoutRtpmapAsNameless() throws SdpException {
        MediaSection audio = SessionDescription.parse(Offers.SMALL.replace("SAVPF 111", "SAVPF 0 111"))
                .sections()
                .getFirst();
        assertEquals("", audio.codecs().getFirst().name());
        assertNull(audio.simulcast());
    }
}
