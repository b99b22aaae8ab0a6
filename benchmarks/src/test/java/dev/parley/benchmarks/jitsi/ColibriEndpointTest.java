package dev.parley.benchmarks.jitsi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.parley.benchmarks.load.bot.BotSettings;
import dev.parley.benchmarks.load.bot.Bots;
import dev.parley.benchmarks.load.bot.SectionPlan;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a bridge is told of a bot, beside requests as Jitsi's own tests have them. */
final class ColibriEndpointTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SentTrack voice = new SentTrack("r0-m0", "microphone", PacketizedClip.of(SyntheticClips.audio(1)), 0);
    private final SentTrack camera = new SentTrack(
            "r0-m0",
            "camera",
            PacketizedClip.of(SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 1, 30)),
            0);

    private ColibriEndpoint endpoint(SectionPlan... sections) throws IOException, SdpException {
        try (Bots bots = new Bots(BotSettings.of("127.0.0.1"))) {
            String offer = bots.open("r0-m0").offer(List.of(sections));
            return new ColibriEndpoint("79f0273e", "r0-m0", SessionDescription.parse(offer));
        }
    }

    private ColibriEndpoint publisher() throws IOException, SdpException {
        return endpoint(
                new SectionPlan.SendsBySsrc(voice, List.of(0xF000_0000)),
                new SectionPlan.SendsBySsrc(camera, List.of(2_000, 2_002, 2_004)),
                new SectionPlan.Receives(Codec.VP8),
                new SectionPlan.Receives(Codec.OPUS));
    }

    private static JsonNode only(JsonNode request) {
        assertEquals(1, request.path("endpoints").size());
        return request.path("endpoints").path(0);
    }

    @Test
    void creationHasTheBridgeControlledAndTellsEachFormatOnce() throws IOException, SdpException {
        JsonNode made = only(publisher().creation());

        assertEquals("79f0273e", made.path("id").asString());
        assertEquals("r0-m0", made.path("stats-id").asString());
        assertEquals(JSON.readTree("[\"source-names\"]"), made.path("capabilities"));
        assertEquals(JSON.readTree("{\"ice-controlling\":false}"), made.path("transport"));
        assertEquals(2, made.path("medias").size());
        JsonNode audio = made.path("medias").path(0);
        assertEquals("audio", audio.path("type").asString());
        assertEquals(JSON.readTree("""
                [{"name":"opus","id":"111","clockrate":"48000","channels":"2",
                  "parameters":{"minptime":"10","useinbandfec":"1"},"rtcp-fbs":[{"type":"transport-cc"}]}]
                """), audio.path("payload-types"));
        JsonNode video = made.path("medias").path(1);
        assertEquals(JSON.readTree("""
                [{"name":"VP8","id":"96","clockrate":"90000","channels":"1",
                  "rtcp-fbs":[{"type":"goog-remb"},{"type":"transport-cc"},{"type":"ccm","subtype":"fir"},
                              {"type":"nack"},{"type":"nack","subtype":"pli"}]},
                 {"name":"rtx","id":"97","clockrate":"90000","channels":"1","parameters":{"apt":"96"}}]
                """), video.path("payload-types"));
    }

    @Test
    void headerExtensionsThatNameSectionsAreKeptFromTheBridge() throws IOException, SdpException {
        JsonNode medias = only(publisher().creation()).path("medias");

        assertEquals(JSON.readTree("""
                [{"uri":"urn:ietf:params:rtp-hdrext:ssrc-audio-level","id":1},
                 {"uri":"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time","id":2},
                 {"uri":"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01","id":3}]
                """), medias.path(0).path("rtp-hdrexts"));
        assertFalse(medias.toString().contains("sdes"), medias.toString());
    }

    @Test
    void sourcesAreToldBySsrcInTheirGroups() throws IOException, SdpException {
        JsonNode sources = only(publisher().description()).path("sources");

        assertEquals(JSON.readTree("""
                [{"type":"audio","id":"79f0273e-a0","sources":[{"ssrc":4026531840,"name":"79f0273e-a0"}]},
                 {"type":"video","id":"79f0273e-v0",
                  "sources":[{"ssrc":2000,"name":"79f0273e-v0"},{"ssrc":2002,"name":"79f0273e-v0"},
                             {"ssrc":2004,"name":"79f0273e-v0"},{"ssrc":2001,"name":"79f0273e-v0"},
                             {"ssrc":2003,"name":"79f0273e-v0"},{"ssrc":2005,"name":"79f0273e-v0"}],
                  "ssrc-groups":[{"semantics":"SIM","sources":[2000,2002,2004]},
                                 {"semantics":"FID","sources":[2000,2001]},
                                 {"semantics":"FID","sources":[2002,2003]},
                                 {"semantics":"FID","sources":[2004,2005]}]}]
                """).toString(), sources.toString());
    }

    @Test
    void transportTellsThatTheBotBeginsTheHandshake() throws IOException, SdpException {
        ColibriEndpoint endpoint = publisher();
        JsonNode transport = only(endpoint.description()).path("transport").path("transport");

        assertEquals(
                "urn:xmpp:jingle:transports:ice-udp:1", transport.path("xmlns").asString());
        assertEquals(8, transport.path("ufrag").asString().length());
        assertEquals(24, transport.path("pwd").asString().length());
        JsonNode fingerprint = transport.path("fingerprints").path(0);
        assertEquals("active", fingerprint.path("setup").asString());
        assertEquals("sha-256", fingerprint.path("hash").asString());
        assertEquals(95, fingerprint.path("fingerprint").asString().length());
    }

    @Test
    void whoOnlyWatchesTellsOfNoSources() throws IOException, SdpException {
        JsonNode told = only(endpoint(new SectionPlan.Receives(Codec.VP8)).description());

        assertFalse(told.has("sources"), told.toString());
    }

    @Test
    void whatIsAskedForIsNamedAndTheRestIsNotWanted() {
        assertEquals(JSON.readTree("""
                {"colibriClass":"ReceiverVideoConstraints","lastN":-1,"defaultConstraints":{"maxHeight":0},
                 "constraints":{"00000001-v0":{"maxHeight":2160},"00000002-v0":{"maxHeight":2160}}}
                """), BridgeChannel.constraints(List.of("00000001-v0", "00000002-v0")));
    }

    @Test
    void expiryNamesTheEndpointAlone() throws IOException, SdpException {
        assertEquals(
                JSON.readTree("{\"endpoints\":[{\"id\":\"79f0273e\",\"expire\":true}]}"),
                publisher().expiry());
    }
}
