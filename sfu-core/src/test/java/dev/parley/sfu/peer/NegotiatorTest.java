package dev.parley.sfu.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.MediaCounters;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What slots are called in answer after answer. */
final class NegotiatorTest {
    private static final IceCredentials ICE = new IceCredentials("server1", "serverpasswordserverpass");

    private final PacketPool pool = PacketPool.bounded(1);
    private final Negotiator negotiator = new Negotiator(settings(new SfuConfig.Limits(1, 1, 2, 4)));

    @AfterEach
    void closePool() {
        pool.close();
    }

    private PeerSettings settings(SfuConfig.Limits limits) {
        DropCounters drops = new DropCounters();
        return new PeerSettings(
                List.of(),
                Fingerprint.of("sha-256", new byte[] {1}),
                (remote, listener) -> null,
                new JdkSrtpCipherProvider(),
                pool,
                new SendQueue(pool, _ -> {}, () -> {}),
                new PeerDirectory(drops),
                drops,
                new MediaCounters(),
                limits,
                1,
                0,
                new Random(1));
    }

    /** An offer of sections given as kind and direction, such as {@code "video recvonly"}; their mids count from 0. */
    private static String offer(String... sections) {
        StringBuilder sdp = new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");
        for (int mid = 0; mid < sections.length; mid++) {
            sdp.append(sections[mid].endsWith("stopped") ? "" : " " + mid);
        }
        sdp.append("\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\na=fingerprint:")
                .append(Fingerprint.of("sha-256", new byte[] {2}).toSdp())
                .append("\r\n");
        for (int mid = 0; mid < sections.length; mid++) {
            append(sdp, mid, List.of(sections[mid].split(" ", 2)));
        }
        return sdp.toString();
    }

    private static void append(StringBuilder sdp, int mid, List<String> words) {
        boolean stopped = words.get(1).equals("stopped");
        boolean video = words.get(0).equals("video");
        sdp.append(video ? "m=video " : "m=audio ")
                .append(stopped ? 0 : 9)
                .append(" UDP/TLS/RTP/SAVPF 96\r\na=mid:")
                .append(mid)
                .append("\r\na=rtcp-mux\r\na=")
                .append(stopped ? "inactive" : words.get(1))
                .append(video ? "\r\na=rtpmap:96 VP8/90000\r\n" : "\r\na=rtpmap:96 opus/48000/2\r\n");
    }

    private Negotiator.Draft draft(String... sections) {
        return negotiator.draft(negotiator.read(offer(sections)), ICE);
    }

    private Negotiator.Draft accept(String... sections) {
        Negotiator.Draft draft = draft(sections);
        negotiator.accept(draft);
        return draft;
    }

    private static Negotiator.SlotIdentity slot(Negotiator.Draft draft, int mid) {
        return Objects.requireNonNull(draft.slots().get(String.valueOf(mid)), "no slot " + mid);
    }

    @Test
    void pairsAudioAndVideoOfOneNumberInOneStream() {
        Negotiator.Draft draft = accept("audio recvonly", "audio recvonly", "video recvonly", "video recvonly");
        assertEquals(slot(draft, 0).streamId(), slot(draft, 2).streamId());
        assertEquals(slot(draft, 1).streamId(), slot(draft, 3).streamId());
        assertNotEquals(slot(draft, 0).streamId(), slot(draft, 1).streamId());
        Set<String> tracks = new HashSet<>();
        Set<Integer> ssrcs = new HashSet<>();
        for (Negotiator.SlotIdentity slot : draft.slots().values()) {
            tracks.add(slot.trackId());
            ssrcs.add(slot.ssrc());
            if (slot.kind() == MediaKind.VIDEO) {
                ssrcs.add(slot.rtxSsrc());
            } else {
                assertEquals(0, slot.rtxSsrc());
            }
        }
        assertEquals(4, tracks.size());
        assertEquals(6, ssrcs.size());
    }

    @Test
    void keepsASlotsNameOverOffersThatAddAndStopOthers() {
        Negotiator.SlotIdentity kept = slot(accept("video recvonly", "video recvonly"), 1);
        assertEquals(kept, slot(accept("video recvonly", "video recvonly", "audio sendonly"), 1));
        assertEquals(kept, slot(accept("video stopped", "video recvonly", "audio inactive", "video recvonly"), 1));
    }

    @Test
    void givesTheStreamOfAStoppedSlotToTheNext() {
        String first = slot(accept("video recvonly", "video recvonly"), 0).streamId();
        assertEquals(
                first,
                slot(accept("video stopped", "video recvonly", "video recvonly"), 2)
                        .streamId());
    }

    @Test
    void opensASlotAgainUnderOtherSsrcs() {
        Negotiator.SlotIdentity before = slot(accept("video recvonly"), 0);
        assertNull(accept("video inactive").slots().get("0"));
        Negotiator.SlotIdentity after = slot(accept("video recvonly"), 0);
        assertNotEquals(before.ssrc(), after.ssrc());
        assertNotEquals(before.rtxSsrc(), after.rtxSsrc());
    }

    @Test
    void usesASectionAgainForTheOtherKind() {
        accept("video recvonly");
        Negotiator.SlotIdentity audio = slot(accept("audio recvonly"), 0);
        assertEquals(MediaKind.AUDIO, audio.kind());
        assertEquals(0, audio.rtxSsrc());
    }

    @Test
    void draftLeavesNoTraceUntilItIsAccepted() {
        Negotiator.SlotIdentity kept = slot(accept("video recvonly"), 0);
        draft("video inactive", "video recvonly");
        refusal("video inactive", "video sendonly", "video sendonly", "video sendonly");
        assertEquals(kept, slot(draft("video recvonly"), 0));
    }

    @Test
    void countsOnlyWhatIsOpenTowardTheLimits() {
        accept("video stopped", "video recvonly", "video recvonly", "video recvonly", "video recvonly");
        assertEquals(
                SfuException.Code.SLOT_LIMIT,
                refusal("video recvonly", "video recvonly", "video recvonly", "video recvonly", "video recvonly"));
        accept("video sendonly", "audio sendonly", "audio stopped", "audio inactive");
        assertEquals(SfuException.Code.TRACK_LIMIT, refusal("video sendonly", "audio sendonly", "audio sendrecv"));
    }

    private SfuException.Code refusal(String... sections) {
        return assertThrows(SfuException.class, () -> draft(sections)).code();
    }

    @Test
    void sendsAndReceivesInOneSectionWhereAsked() {
        Negotiator.Draft draft = accept("audio sendrecv");
        assertNotNull(draft.slots().get("0"));
        assertTrue(draft.session().sections().getFirst().direction().receives());
        assertTrue(draft.session().sections().getFirst().direction().sends());
    }
}
