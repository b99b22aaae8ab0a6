package dev.parley.sfu.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class AnswererTest {
    private static NegotiatedSession answer(String name) throws SdpException {
        SessionDescription offer = Offers.parse(name);
        return Answerer.answer(offer, Plans.all(offer));
    }

    private static NegotiatedSession answerSmall(String sdp) throws SdpException {
        SessionDescription offer = SessionDescription.parse(sdp);
        return Answerer.answer(offer, Plans.all(offer));
    }

    private static List<String> lines(NegotiatedSession session, String start) {
        return session.sdp().lines().filter(line -> line.startsWith(start)).toList();
    }

    @ParameterizedTest
    @FieldSource("dev.parley.sfu.sdp.Offers#ALL")
    void answersEverySectionInPlaceAndNeverRenumbers(String name) throws SdpException {
        SessionDescription offer = Offers.parse(name);
        NegotiatedSession session = Answerer.answer(offer, Plans.all(offer));
        SessionDescription answer = SessionDescription.parse(session.sdp());
        assertEquals(offer.sections().size(), answer.sections().size());
        assertEquals(offer.sections().size(), session.sections().size());
        for (int i = 0; i < offer.sections().size(); i++) {
            MediaSection offered = offer.sections().get(i);
            MediaSection answered = answer.sections().get(i);
            assertEquals(offered.mid(), answered.mid());
            assertEquals(offered.media(), answered.media());
            assertEquals(offered.protocol(), answered.protocol());
            assertEquals(i, session.sections().get(i).index());
            // The formats of a rejected section mean nothing, RFC 3264 §6.
            for (CodecDescription codec : answered.isRejected() ? List.<CodecDescription>of() : answered.codecs()) {
                CodecDescription same = offered.codecs().stream()
                        .filter(other -> other.payloadType() == codec.payloadType())
                        .findFirst()
                        .orElseThrow();
                assertEquals(same.name() + same.fmtp(), codec.name() + codec.fmtp());
                assertTrue(same.feedback().containsAll(codec.feedback()));
            }
            for (ExtMap extension : answered.extensions()) {
                assertTrue(offered.extensions().stream()
                        .anyMatch(other ->
                                other.id() == extension.id() && other.uri().equals(extension.uri())));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("dev.parley.sfu.sdp.Offers#ALL")
    void bundlesExactlyWhatItAccepts(String name) throws SdpException {
        NegotiatedSession session = answer(name);
        SessionDescription answer = SessionDescription.parse(session.sdp());
        List<String> accepted = session.sections().stream()
                .filter(section -> !section.rejected())
                .map(NegotiatedSection::mid)
                .toList();
        assertEquals(List.of(accepted), answer.bundles());
        for (MediaSection section : answer.sections()) {
            assertEquals(!accepted.contains(section.mid()), section.port() == 0);
            assertEquals(!accepted.contains(section.mid()), section.transport().ice() == null);
            boolean tagged = section.mid().equals(accepted.getFirst());
            assertEquals(tagged ? 1 : 0, section.transport().candidates().size());
            assertEquals(tagged, section.transport().endOfCandidates());
        }
    }

    @Test
    void describesItsOwnTransport() throws SdpException {
        SessionDescription answer =
                SessionDescription.parse(answer("chromium-156-whip").sdp());
        assertTrue(answer.iceLite());
        assertEquals(42, answer.sessionId());
        assertEquals(7, answer.sessionVersion());
        for (MediaSection section : answer.sections()) {
            assertEquals(Plans.ICE, section.transport().ice());
            assertEquals(List.of(Plans.FINGERPRINT), section.transport().fingerprints());
            assertEquals(Setup.PASSIVE, section.transport().setup());
            assertTrue(section.rtcpMux() && section.rtcpReducedSize() && section.receiverReferenceTime());
        }
        assertEquals(
                List.of(Plans.CANDIDATE.toSdp()),
                answer.sections().getFirst().transport().candidates());
    }

    @Test
    void tellsTheClientsTransport() throws SdpException {
        NegotiatedSession session = answerSmall(Offers.SMALL);
        assertEquals(new IceCredentials("abcd", "abcdefghijklmnopqrstuvwx"), session.remoteIce());
        assertNotNull(session.remoteFingerprint());
        assertTrue(session.remoteFingerprint().value().startsWith("F2:B3:A1"));
        assertFalse(session.extensionsMixed());
        assertTrue(answer("firefox-153-whip").extensionsMixed());
    }

    @Test
    void seesIceRestartAsNewCredentials() throws SdpException {
        assertNotEquals(
                answer("chromium-156-screen-added").remoteIce(),
                answer("chromium-156-ice-restart").remoteIce());
    }

    @Test
    void keepsForwardableCodecsInTheOrderOfTheOffer() throws SdpException {
        NegotiatedSession session = answer("chromium-156-whip");
        assertEquals(
                "m=audio 9 UDP/TLS/RTP/SAVPF 111 63", lines(session, "m=audio").getFirst());
        List<NegotiatedCodec> audio = session.sections().getFirst().codecs();
        assertEquals(
                List.of(Codec.OPUS, Codec.RED),
                audio.stream().map(NegotiatedCodec::codec).toList());
        assertEquals("1", audio.getFirst().parameters().get("useinbandfec"));
        assertEquals("111/111", audio.getLast().parameters().get(""));
        assertTrue(audio.getFirst().transportCc() && !audio.getFirst().nack());

        List<NegotiatedCodec> video = session.sections().getLast().codecs();
        NegotiatedCodec vp8 = video.getFirst();
        assertEquals(Codec.VP8, vp8.codec());
        assertEquals(96, vp8.payloadType());
        assertEquals(97, vp8.rtxPayloadType());
        assertTrue(vp8.nack() && vp8.pli() && vp8.fir() && vp8.transportCc() && vp8.remb());
        assertEquals(
                List.of("0", "2"),
                video.stream()
                        .filter(codec -> codec.codec() == Codec.VP9)
                        .map(codec -> String.valueOf(codec.parameters().get("profile-id")))
                        .toList());
        assertTrue(video.stream().allMatch(codec -> codec.rtxPayloadType() > 0));
        assertTrue(session.sdp().lines().noneMatch(line -> line.contains("ulpfec") || line.contains("red/90000")));
    }

    @Test
    void dropsRtxOfCodecsThatAreDropped() throws SdpException {
        NegotiatedSession session = answerSmall(Offers.SMALL
                .replace("SAVPF 96 97", "SAVPF 98 99 96 97")
                .concat("a=rtpmap:98 VP9/90000\na=fmtp:98 profile-id=1\na=rtpmap:99 rtx/90000\na=fmtp:99 apt=98\n"));
        assertEquals(
                "m=video 9 UDP/TLS/RTP/SAVPF 96 97", lines(session, "m=video").getFirst());
    }

    @Test
    void asksForTransportFeedbackOnlyWithItsExtension() throws SdpException {
        NegotiatedSession session = answerSmall(Offers.SMALL + "a=rtcp-fb:96 transport-cc\na=rtcp-fb:96 nack\n");
        NegotiatedCodec vp8 = session.sections().getLast().codecs().getFirst();
        assertTrue(vp8.nack() && !vp8.transportCc());
        assertEquals(List.of("a=rtcp-fb:96 nack"), lines(session, "a=rtcp-fb"));
    }

    @Test
    void rejectsSectionsWithoutForwardableCodec() throws SdpException {
        NegotiatedSession session = answer("chromium-156-audio-pcm-only");
        NegotiatedSection audio = session.sections().getFirst();
        assertTrue(audio.rejected());
        assertTrue(audio.codecs().isEmpty() && audio.ssrcs().isEmpty());
        assertEquals(List.of("a=group:BUNDLE 1"), lines(session, "a=group"));
        assertTrue(lines(session, "m=audio").getFirst().startsWith("m=audio 0 UDP/TLS/RTP/SAVPF "));
        assertNotNull(session.remoteIce());
    }

    @Test
    void rejectsDataChannels() throws SdpException {
        for (String name : List.of("chromium-156-data-channel", "firefox-153-data-channel")) {
            NegotiatedSession session = answer(name);
            assertEquals(List.of("m=application 0 UDP/DTLS/SCTP webrtc-datachannel"), lines(session, "m=application"));
            assertEquals(List.of("a=group:BUNDLE 0 1"), lines(session, "a=group"));
        }
    }

    @Test
    void answersOfferOfNothingUsable() throws SdpException {
        NegotiatedSession session = answerSmall("""
                v=0
                o=- 1 1 IN IP4 127.0.0.1
                m=text 9 UDP/TLS/RTP/SAVPF 98
                """);
        assertTrue(session.sections().getFirst().rejected());
        assertNull(session.remoteIce());
        assertEquals(List.of("m=text 0 UDP/TLS/RTP/SAVPF 98"), lines(session, "m="));
        assertTrue(lines(session, "a=group").isEmpty());
    }

    @Test
    void leavesStoppedSectionsAtTheirIndex() throws SdpException {
        for (String name : List.of("chromium-156-first-stopped", "firefox-153-first-stopped")) {
            NegotiatedSession session = answer(name);
            assertTrue(session.sections().getFirst().rejected());
            assertFalse(session.sections().get(1).rejected());
            assertTrue(lines(session, "m=").getFirst().startsWith("m=audio 0 "));
            assertTrue(lines(session, "a=group").getFirst().startsWith("a=group:BUNDLE 1 2 "));
        }
    }

    @Test
    void announcesWhatItSendsIntoSlots() throws SdpException {
        SessionDescription offer = Offers.parse("chromium-156-whep");
        NegotiatedSession session = Answerer.answer(
                offer,
                Plans.of(Map.of(
                        "0", MediaPlan.send("s", "ta", 11, 0, "c"),
                        "1", MediaPlan.send("s", "tv", 0xFFFF_FFFF, 22, "c"))));
        assertEquals(List.of("a=msid:s ta", "a=msid:s tv"), lines(session, "a=msid:"));
        assertEquals(
                List.of("a=ssrc:11 cname:c", "a=ssrc:4294967295 cname:c", "a=ssrc:22 cname:c"),
                lines(session, "a=ssrc:"));
        assertEquals(List.of("a=ssrc-group:FID 4294967295 22"), lines(session, "a=ssrc-group"));
        assertEquals(List.of("a=sendonly", "a=sendonly"), lines(session, "a=sendonly"));
        assertTrue(
                session.sections().stream().allMatch(section -> section.ssrcs().isEmpty()));
    }

    @Test
    void answersUnmatchedReceiversInactiveWithinTheBundle() throws SdpException {
        NegotiatedSession session = Answerer.answer(Offers.parse("chromium-156-whep"), Plans.of(Map.of()));
        assertEquals(List.of("a=inactive", "a=inactive"), lines(session, "a=inactive"));
        assertEquals(List.of("a=group:BUNDLE 0 1"), lines(session, "a=group"));
        assertTrue(lines(session, "m=").stream().allMatch(line -> line.split(" ", -1)[1].equals("9")));
        assertTrue(
                lines(session, "a=ssrc").isEmpty() && lines(session, "a=msid:").isEmpty());
    }

    @Test
    void answersSendrecvAsPlanned() throws SdpException {
        for (String name : List.of("chromium-156-sendrecv", "firefox-153-sendrecv")) {
            SessionDescription offer = Offers.parse(name);
            NegotiatedSession received = Answerer.answer(offer, Plans.all(offer));
            assertEquals(Direction.RECVONLY, received.sections().getFirst().direction());

            MediaPlan both = new MediaPlan(Direction.SENDRECV, "s", "t", 5, 6, "c");
            NegotiatedSession session = Answerer.answer(offer, Plans.of(Map.of("1", both)));
            assertEquals(Direction.INACTIVE, session.sections().getFirst().direction());
            assertEquals(Direction.SENDRECV, session.sections().getLast().direction());
            assertEquals(1, session.sections().getLast().ssrcs().size());
            assertEquals(List.of("a=msid:s t"), lines(session, "a=msid:"));
        }
    }

    @Test
    void answersInactiveOffersInactive() throws SdpException {
        NegotiatedSession session = answer("chromium-156-screen-inactive");
        NegotiatedSection screen = session.sections().getLast();
        assertEquals(Direction.INACTIVE, screen.direction());
        assertFalse(screen.rejected());
    }

    @Test
    void tiesAnnouncedSourcesToTheirRetransmissions() throws SdpException {
        NegotiatedSection video = answer("chromium-156-whip").sections().getLast();
        MediaSection offered = Offers.parse("chromium-156-whip").sections().getLast();
        List<Integer> pair = offered.ssrcGroups().getFirst().ssrcs();
        assertEquals(List.of(new OfferedSsrc(pair.getFirst(), pair.getLast())), video.ssrcs());
        assertNotNull(video.msid());
        assertEquals(offered.msids().getFirst().trackId(), video.msid().trackId());
    }

    @ParameterizedTest
    @CsvSource({"chromium-156-simulcast, 0", "firefox-153-simulcast-and-slots, 3"})
    void receivesEveryRidOfSimulcast(String name, int announced) throws SdpException {
        NegotiatedSession session = answer(name);
        assertEquals(List.of("q", "h", "f"), session.sections().get(1).rids());
        assertEquals(announced, session.sections().get(1).ssrcs().size());
        assertEquals(
                List.of("a=rid:q recv", "a=rid:h recv", "a=rid:f recv", "a=simulcast:recv q;h;f"),
                Stream.concat(lines(session, "a=rid").stream(), lines(session, "a=simulcast").stream())
                        .toList());
    }

    @Test
    void receivesAlternativesAndPausedStreamsButNoUnusableRid() throws SdpException {
        NegotiatedSession session = answerSmall(Offers.SMALL + """
                a=rid:a send pt=96,97;max-width=640
                a=rid:b send
                a=rid:c send pt=100
                a=rid:d recv
                a=simulcast:send a,~b;c;d;missing;a
                """);
        assertEquals(List.of("a", "b"), session.sections().getLast().rids());
        assertEquals(List.of("a=rid:a recv pt=96;max-width=640", "a=rid:b recv"), lines(session, "a=rid"));
        assertEquals(List.of("a=simulcast:recv a,b"), lines(session, "a=simulcast"));
    }

    @Test
    void takesNoSimulcastThatNothingCouldTellApart() throws SdpException {
        String sdp = Offers.SMALL.replace("a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\n", "")
                + "a=rid:a send\na=rid:b send\na=simulcast:send a;b\n";
        NegotiatedSession session = answerSmall(sdp);
        assertTrue(session.sections().getLast().rids().isEmpty());
        assertTrue(lines(session, "a=simulcast").isEmpty());
    }

    @Test
    void takesMoreExtensionsThanItSends() throws SdpException {
        NegotiatedSection published =
                answer("chromium-156-simulcast").sections().getLast();
        assertEquals(10, published.extensions().id(RtpExtension.RID));
        assertNotEquals(0, published.extensions().id(RtpExtension.DEPENDENCY_DESCRIPTOR));
        assertEquals(0, published.extensions().id(RtpExtension.TOFFSET));

        NegotiatedSession played = answer("chromium-156-whep");
        NegotiatedSection slot = played.sections().getLast();
        assertEquals(4, slot.extensions().id(RtpExtension.MID));
        assertEquals(3, slot.extensions().id(RtpExtension.TRANSPORT_CC));
        assertEquals(0, slot.extensions().id(RtpExtension.RID));
        assertEquals(0, slot.extensions().id(RtpExtension.DEPENDENCY_DESCRIPTOR));
        assertEquals(1, played.extensions().id(RtpExtension.AUDIO_LEVEL));
    }

    @Test
    void turnsTheDirectionOfExtensionsRound() throws SdpException {
        NegotiatedSession session = answer("firefox-153-simulcast-and-slots");
        assertTrue(lines(session, "a=extmap:9").stream()
                .allMatch(
                        line -> line.startsWith("a=extmap:9/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id")));
        // Firefox only receives playout delays, so a section in which it sends has none.
        assertEquals(0, session.sections().get(1).extensions().id(RtpExtension.PLAYOUT_DELAY));
        assertEquals(6, session.sections().get(3).extensions().id(RtpExtension.PLAYOUT_DELAY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=setup:actpass|a=setup:passive|passive",
                "a=setup:actpass|a=setup:holdconn|passive",
                "a=group:BUNDLE a v|a=x|BUNDLE",
                "a=group:BUNDLE a v|a=group:BUNDLE a|BUNDLE",
                "a=group:BUNDLE a v|a=ice-lite|ICE-lite",
                "a=rtcp-mux|a=x|rtcp-mux",
                "a=mid:v|a=x|mid",
                "a=ice-ufrag:abcd|a=x|ice-ufrag",
                "a=fingerprint|a=x|fingerprint",
                "a=sendonly|a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level|extmap"
            })
    void refusesWhatItCannotServe(String good, String bad, String about) {
        String sdp = Offers.SMALL
                .replaceFirst(good, bad)
                .replaceFirst("a=ice-pwd.*", bad.equals("a=x") && good.startsWith("a=ice") ? "a=x" : "$0");
        SdpException e = assertThrows(SdpException.class, () -> answerSmall(sdp));
        assertEquals(SdpException.Reason.UNSUPPORTED, e.reason());
        assertTrue(e.getMessage().contains(about), e.getMessage());
    }

    @Test
    void acceptsActiveAndSilentSetup() throws SdpException {
        for (String setup : List.of("a=setup:active", "a=x")) {
            NegotiatedSession session = answerSmall(Offers.SMALL.replace("a=setup:actpass", setup));
            assertEquals(2, lines(session, "a=setup:passive").size());
        }
    }

    @Test
    void limitsSections() throws SdpException {
        SessionDescription offer = Offers.parse("chromium-156-publish-and-slots");
        AnswerPlan plan = new AnswerPlan(1, 1, Plans.ICE, Plans.FINGERPRINT, List.of(Plans.CANDIDATE), Map.of(), 9);
        SdpException e = assertThrows(SdpException.class, () -> Answerer.answer(offer, plan));
        assertEquals(SdpException.Reason.UNSUPPORTED, e.reason());
    }

    @Test
    void refusesPlansInWhichTwoSectionsShareAnMsid() {
        MediaPlan one = MediaPlan.send("s", "t", 1, 0, "c");
        MediaPlan other = MediaPlan.send("s", "t", 2, 0, "c");
        assertThrows(IllegalArgumentException.class, () -> Plans.of(Map.of("0", one, "1", other)));
        assertThrows(IllegalArgumentException.class, () -> MediaPlan.send("s p", "t", 1, 0, "c"));
        assertThrows(IllegalArgumentException.class, () -> MediaPlan.send("s", "", 1, 0, "c"));
    }

    @Test
    void answersTheSameOfferAlike() throws SdpException {
        assertEquals(
                answer("chromium-156-screen-added").sdp(),
                answer("chromium-156-screen-added").sdp());
    }
}
