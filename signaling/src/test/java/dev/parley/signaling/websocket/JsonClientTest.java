package dev.parley.signaling.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackSource;
import dev.parley.signaling.config.ConfigKey;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.fake.FakeParticipant;
import dev.parley.signaling.fake.FakeRooms;
import dev.parley.signaling.fake.ManualLoop;
import dev.parley.signaling.protocol.BadMessageException;
import dev.parley.signaling.protocol.MessageCodec;
import dev.parley.signaling.protocol.ServerMessage;
import dev.parley.signaling.protocol.ServerMessage.Closing;
import dev.parley.signaling.protocol.ServerMessage.ErrorReply;
import dev.parley.signaling.protocol.ServerMessage.Joined;
import dev.parley.signaling.protocol.ServerMessage.Ok;
import dev.parley.signaling.protocol.ServerMessage.ParticipantJoined;
import dev.parley.signaling.protocol.ServerMessage.ParticipantLeft;
import dev.parley.signaling.protocol.ServerMessage.ParticipantUpdated;
import dev.parley.signaling.protocol.ServerMessage.Pong;
import dev.parley.signaling.protocol.ServerMessage.Resumed;
import dev.parley.signaling.protocol.ServerMessage.SlotEnded;
import dev.parley.signaling.protocol.ServerMessage.SlotState;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The protocol against fake rooms on a virtual clock: grace 20 s, pings every 5 s. */
class JsonClientTest {
    private final ManualLoop loop = new ManualLoop();
    private final FakeRooms rooms = new FakeRooms();
    private final ServerConfig config = ServerConfig.defaults().with(ConfigKey.JOINS_PER_MINUTE_PER_ADDRESS, 5);
    private final List<String> joinOutcomes = new ArrayList<>();
    private final Sessions sessions = new Sessions(
            loop,
            new Entrance(rooms, loop, config.joinsPerMinutePerAddress(), joinOutcomes::add),
            config.gracePeriod());

    /** A browser with one socket. */
    private final class Browser implements Transport {
        final List<ServerMessage> received = new ArrayList<>();
        final List<byte[]> raw = new ArrayList<>();
        final JsonClient client;
        Transport.@Nullable CloseStatus closed;
        boolean aborted;
        int pings;
        boolean answersPings = true;
        long lastHeardNs = loop.nowNs();

        Browser() {
            this("192.0.2.1");
        }

        Browser(String address) {
            client = new JsonClient(this, address, sessions, loop, config);
            client.opened();
        }

        @Override
        public void send(byte[] utf8) {
            raw.add(utf8);
            received.add(MessageCodec.decodeServer(new String(utf8, StandardCharsets.UTF_8)));
        }

        @Override
        public void ping() {
            pings++;
            if (answersPings) {
                lastHeardNs = loop.nowNs();
            }
        }

        @Override
        public void close(CloseStatus status) {
            closed = status;
        }

        @Override
        public void abort() {
            aborted = true;
        }

        @Override
        public long lastHeardNs() {
            return lastHeardNs;
        }

        Browser says(String json) {
            lastHeardNs = loop.nowNs();
            try {
                client.receive(MessageCodec.decodeClient(json.replace('\'', '"')));
            } catch (BadMessageException e) {
                client.refuse(e);
            }
            loop.run();
            return this;
        }

        Joined joins(String room, String identity) {
            says("{'type':'join','id':1,'room':'%s','identity':'%s','name':'%s'}".formatted(room, identity, identity));
            return last(Joined.class);
        }

        <T extends ServerMessage> T last(Class<T> type) {
            assertFalse(received.isEmpty(), "nothing was received");
            return type.cast(received.getLast());
        }

        String error() {
            return last(ErrorReply.class).code();
        }

        /** The tab is gone, and its socket with it. */
        void dies() {
            client.closed();
            loop.run();
        }
    }

    // --- join -------------------------------------------------------------------------------------------------------

    @Test
    void joinTellsWhoElseIsThere() {
        new Browser().joins("r", "ada");
        FakeParticipant ada = rooms.get("r").find("ada");
        ada.publish("TR_1", MediaKind.VIDEO);
        loop.run();

        Joined joined = new Browser().joins("r", "grace");
        assertEquals("RM_r", joined.room().id());
        assertEquals("grace", joined.participant().identity());
        assertEquals(1, joined.participants().size());
        assertEquals(
                "TR_1", joined.participants().getFirst().tracks().getFirst().id());
        assertEquals(
                "camera", joined.participants().getFirst().tracks().getFirst().source());
        assertEquals(20_000, joined.graceMs());
        assertEquals(5_000, joined.pingIntervalMs());
        assertNull(joined.answer());
        assertTrue(joined.resumeToken().length() >= 22, "fewer than 128 bits");
        assertEquals(List.of("joined", "joined"), joinOutcomes);
    }

    @Test
    void joinWithOfferIsAnsweredInOneRoundTrip() {
        Browser browser = new Browser()
                .says("{'type':'join','id':9,'room':'r','identity':'ada','name':'Ada','sdp':'v=0\\nslots:a0,v1',"
                        + "'tracks':[{'mid':'2','source':'screen'}]}");
        Joined joined = browser.last(Joined.class);
        assertEquals(9, joined.id());
        var answer = Objects.requireNonNull(joined.answer());
        assertTrue(answer.sdp().contains("ice-lite"), answer.sdp());
        assertEquals(
                new ServerMessage.SlotView("v1", "video", "stream"),
                answer.slots().get(1));
        assertEquals(
                TrackSource.SCREEN,
                rooms.get("r").find("ada").offers.getFirst().sources().get("2"));
    }

    @Test
    void joinWhoseOfferIsRefusedLeavesNothingBehind() {
        Browser browser =
                new Browser().says("{'type':'join','id':1,'room':'r','identity':'ada','name':'Ada','sdp':'bad'}");
        assertEquals("bad-sdp", browser.error());
        assertFalse(rooms.get("r").has("ada"));
        assertEquals(0, rooms.get("r").listenerCount(), "the room is still followed");
        assertEquals(List.of("bad-sdp"), joinOutcomes);
        browser.joins("r", "ada");
    }

    @Test
    void joinMakesAnIdentityWhenThereIsNone() {
        Browser browser = new Browser().says("{'type':'join','id':1,'room':'r','name':'Ada'}");
        Browser other = new Browser().says("{'type':'join','id':1,'room':'r','name':'Ada'}");
        assertNotEquals(
                ((Joined) browser.received.getFirst()).participant().identity(),
                other.last(Joined.class).participant().identity());
        assertEquals(2, rooms.get("r").participants.size());
    }

    @Test
    void secondJoinOnOneSocketIsRefused() {
        Browser browser = new Browser();
        browser.joins("r", "ada");
        assertEquals(
                "already-joined",
                browser.says("{'type':'join','id':2,'room':'r','name':'A'}").error());
        assertEquals(
                "already-joined",
                browser.says("{'type':'resume','id':3,'resumeToken':'x'}").error());
    }

    @Test
    void requestsBeforeJoinAreRefused() {
        Browser browser = new Browser();
        for (String request : List.of(
                "'type':'offer','sdp':'v=0'",
                "'type':'subscribe','slot':'0','trackId':'t'",
                "'type':'unsubscribe','slot':'0'",
                "'type':'hint','slot':'0','hint':{}",
                "'type':'mute','trackId':'t','muted':true",
                "'type':'leave'")) {
            assertEquals("not-joined", browser.says("{" + request + ",'id':1}").error());
        }
        assertEquals(7, browser.says("{'type':'ping','id':7}").last(Pong.class).id());
    }

    @Test
    void limitsOfTheServerHaveTheirOwnCodes() {
        rooms.refusal = SfuException.Code.ROOM_LIMIT;
        assertEquals("room-limit", new Browser().says(join("r")).error());
        rooms.refusal = null;
        rooms.get("r").refusal = SfuException.Code.PARTICIPANT_LIMIT;
        assertEquals("participant-limit", new Browser().says(join("r")).error());
    }

    @Test
    void joinsOfOneAddressAreLimited() {
        for (int i = 0; i < 5; i++) {
            new Browser("198.51.100.1").says(join("r")).last(Joined.class);
        }
        assertEquals("rate-limited", new Browser("198.51.100.1").says(join("r")).error());
        new Browser("198.51.100.2").says(join("r")).last(Joined.class);
        loop.passSeconds(12);
        new Browser("198.51.100.1").says(join("r")).last(Joined.class);
    }

    @Test
    void roomThatEndsWhileBeingJoinedIsMadeAnew() {
        new Browser().joins("r", "ada");
        // Closed, and the event that says so has not been read yet.
        var _ = rooms.get("r").close();
        Browser grace = new Browser();
        assertEquals("grace", grace.joins("r", "grace").participant().identity());
        assertTrue(rooms.get("r").has("grace"));
    }

    @Test
    void socketThatGoesWhileJoiningLeavesNobodyBehind() throws BadMessageException {
        Browser browser = new Browser();
        browser.client.receive(MessageCodec.decodeClient(join("r").replace('\'', '"')));
        browser.client.closed();
        loop.run();
        assertEquals(0, rooms.get("r").participants.size());
    }

    @Test
    void sameIdentityReplacesTheOldOne() {
        Browser old = new Browser();
        old.joins("r", "ada");
        new Browser().joins("r", "ada");
        assertEquals("replaced", old.last(Closing.class).code());
        assertEquals(Transport.CloseStatus.NORMAL, old.closed);
        assertTrue(rooms.get("r").has("ada"));
    }

    @Test
    void whoIsReplacedWhileJoiningHearsThatTheJoinFailed() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        rooms.get("r").gate = gate;
        Browser first = new Browser().says("{'type':'join','id':1,'room':'r','identity':'ada','name':'A','sdp':'v=0'}");
        rooms.get("r").gate = null;
        Browser second = new Browser();
        second.joins("r", "ada");

        gate.complete(null);
        loop.run();
        assertEquals("closed", first.error());
        first.says("{'type':'mute','id':2,'trackId':'TR_1','muted':true}");
        assertEquals("not-joined", first.error());
        first.dies();
        second.dies();
        loop.passSeconds(120);
        assertEquals(0, rooms.get("r").listenerCount(), "a session that nobody has keeps the room's hub");
    }

    @Test
    void socketThatNeverJoinsIsNotKept() {
        Browser idle = new Browser();
        Browser ada = new Browser();
        ada.joins("r", "ada");
        loop.passSeconds(61);
        assertNull(idle.closed);
        loop.passSeconds(5);
        assertEquals("not-joined", idle.last(Closing.class).code());
        assertEquals(Transport.CloseStatus.POLICY_VIOLATION, idle.closed);
        assertNull(ada.closed);
    }

    @Test
    void floodOfOffersIsRefusedForAWhile() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        for (int i = 0; i < 100; i++) {
            ada.says("{'type':'offer','id':2,'sdp':'v=0'}");
        }
        assertEquals("rate-limited", ada.error());
        assertEquals(30, rooms.get("r").find("ada").offers.size());
        loop.passSeconds(1);
        ada.says("{'type':'offer','id':3,'sdp':'v=0'}");
        assertEquals(31, rooms.get("r").find("ada").offers.size());
    }

    // --- requests ---------------------------------------------------------------------------------------------------

    @Test
    void requestsReachTheParticipantAndAreAnsweredById() {
        Browser browser = new Browser();
        browser.joins("r", "ada");
        browser.says("{'type':'offer','id':2,'sdp':'slots:a0,v1'}");
        assertEquals(
                "v1", browser.last(ServerMessage.Answer.class).slots().get(1).mid());
        browser.says("{'type':'subscribe','id':3,'slot':'v1','trackId':'TR_9','hint':{'width':640,'height':360}}");
        assertEquals(3, browser.last(Ok.class).id());
        browser.says("{'type':'hint','id':4,'slot':'v1','hint':{'paused':true}}");
        browser.says("{'type':'mute','id':5,'trackId':'TR_1','muted':true}");
        browser.says("{'type':'unsubscribe','id':6,'slot':'v1'}");
        assertEquals(6, browser.last(Ok.class).id());
        assertEquals(
                List.of("subscribe v1 TR_9 640x360", "hint v1 paused=true", "mute TR_1 true", "unsubscribe v1"),
                rooms.get("r").find("ada").calls);
    }

    @Test
    void refusedRequestHasTheCodeOfTheSfu() {
        Browser browser = new Browser();
        browser.joins("r", "ada");
        browser.says("{'type':'subscribe','id':3,'slot':'v1','trackId':'TR_none'}");
        assertEquals("track-not-found", browser.error());
        assertEquals(3L, browser.last(ErrorReply.class).id());
    }

    @Test
    void badMessageIsRefusedAndTheConnectionGoesOn() {
        Browser browser = new Browser();
        assertEquals("bad-json", browser.says("{").error());
        assertEquals("unknown-type", browser.says("{'type':'dance','id':1}").error());
        browser.joins("r", "ada");
    }

    @Test
    void leaveEndsSessionAndSocket() {
        Browser ada = new Browser();
        String token = ada.joins("r", "ada").resumeToken();
        Browser grace = new Browser();
        grace.joins("r", "grace");
        ada.says("{'type':'leave','id':2}");
        assertEquals(2, ada.last(Ok.class).id());
        assertEquals(Transport.CloseStatus.NORMAL, ada.closed);
        assertEquals("left", grace.last(ParticipantLeft.class).reason());
        ada.dies();
        assertEquals(
                "resume-expired",
                new Browser()
                        .says("{'type':'resume','id':1,'resumeToken':'" + token + "'}")
                        .error());
    }

    // --- events -----------------------------------------------------------------------------------------------------

    @Test
    void eventsReachEveryoneInTheRoomAndNobodyElse() {
        Browser ada = new Browser();
        Browser grace = new Browser();
        Browser elsewhere = new Browser();
        elsewhere.joins("other", "linus");
        ada.joins("r", "ada");
        grace.joins("r", "grace");
        assertEquals("grace", ada.last(ParticipantJoined.class).participant().identity());
        assertEquals(1, grace.received.size(), "told of its own joining: " + grace.received);

        rooms.get("r").find("grace").state(ConnectionState.CONNECTED);
        loop.run();
        assertEquals(
                "connected", ada.last(ParticipantUpdated.class).participant().state());
        rooms.get("r").emit(new RoomEvent.SpeakersChanged(List.of(new RoomEvent.Speaker("PA_2", 0.5))));
        loop.run();
        assertEquals(
                0.5,
                ada.last(ServerMessage.Speakers.class).speakers().getFirst().level());
        assertEquals(1, elsewhere.received.size());
    }

    @Test
    void whoComesWhileSomebodySpeaksIsToldSo() {
        Browser ada = new Browser();
        String token = ada.joins("r", "ada").resumeToken();
        rooms.get("r").emit(new RoomEvent.SpeakersChanged(List.of(new RoomEvent.Speaker("PA_1", 0.5))));
        loop.run();
        Browser grace = new Browser();
        grace.says("{'type':'join','id':1,'room':'r','name':'grace'}");
        assertEquals(
                "PA_1",
                grace.last(ServerMessage.Speakers.class).speakers().getFirst().participantId());

        ada.dies();
        rooms.get("r").emit(new RoomEvent.SpeakersChanged(List.of()));
        loop.run();
        Browser again = new Browser();
        again.says(resumeMessage(token));
        assertEquals(List.of(), again.last(ServerMessage.Speakers.class).speakers());
    }

    @Test
    void eventIsEncodedOnceForTheWholeRoom() {
        Browser ada = new Browser();
        Browser grace = new Browser();
        ada.joins("r", "ada");
        grace.joins("r", "grace");
        rooms.get("r").emit(new RoomEvent.SpeakersChanged(List.of()));
        loop.run();
        assertSame(ada.raw.getLast(), grace.raw.getLast());
    }

    @Test
    void slotEndIsToldToItsOwnerOnly() {
        Browser ada = new Browser();
        Browser grace = new Browser();
        String adaId = ada.joins("r", "ada").participant().id();
        grace.joins("r", "grace");
        rooms.get("r").emit(new RoomEvent.SlotEnded(adaId, "v1", "TR_1"));
        loop.run();
        assertEquals(new SlotEnded("v1", "TR_1"), ada.last(SlotEnded.class));
        assertEquals(1, grace.received.size());
    }

    @Test
    void removedParticipantIsToldWhy() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        rooms.get("r").find("ada").left(LeaveReason.REMOVED);
        loop.run();
        assertEquals("kicked", ada.last(Closing.class).code());
        assertEquals(Transport.CloseStatus.NORMAL, ada.closed);
    }

    @Test
    void closedRoomIsToldBeforeTheSocketCloses() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        var _ = rooms.get("r").close();
        loop.run();
        assertEquals("room-closed", ada.last(Closing.class).code());
        assertTrue(ada.received.contains(new ServerMessage.RoomClosed()));
    }

    @Test
    void shutdownIsToldToEveryone() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        FakeParticipant participant = rooms.get("r").find("ada");
        sessions.close();
        loop.run();
        assertEquals("server-shutdown", ada.last(Closing.class).code());
        assertEquals(Transport.CloseStatus.GOING_AWAY, ada.closed);
        assertEquals(LeaveReason.SERVER_SHUTDOWN, participant.leftBecause);
    }

    @Test
    void roomIsNoLongerFollowedWhenItsLastMemberHasGone() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        assertEquals(1, rooms.get("r").listenerCount());
        ada.says("{'type':'leave','id':2}");
        assertEquals(0, rooms.get("r").listenerCount());
    }

    // --- resume -----------------------------------------------------------------------------------------------------

    @Test
    void sessionIsResumedWithWhatWasMissed() {
        Browser ada = new Browser();
        ada.says("{'type':'join','id':1,'room':'r','identity':'ada','name':'A','sdp':'slots:a0,v1,v2'}");
        String token = ada.last(Joined.class).resumeToken();
        ada.says("{'type':'subscribe','id':2,'slot':'v1','trackId':'TR_1'}");
        ada.says("{'type':'subscribe','id':3,'slot':'v2','trackId':'TR_2'}");
        rooms.get("r").find("ada").state(ConnectionState.CONNECTED);
        ada.dies();
        loop.passSeconds(10);
        rooms.get("r").add("grace");
        rooms.get("r").emit(new RoomEvent.SlotEnded("PA_1", "v2", "TR_2"));
        loop.run();

        Resumed resumed = resume(new Browser(), token);
        assertEquals("PA_1", resumed.participant().id());
        assertEquals("connected", resumed.participant().state());
        assertEquals("grace", resumed.participants().getFirst().identity());
        assertEquals(
                List.of(new SlotState("a0", null), new SlotState("v1", "TR_1"), new SlotState("v2", null)),
                resumed.slots());
        assertNotEquals(token, resumed.resumeToken());
        loop.passSeconds(600);
        assertTrue(rooms.get("r").has("ada"), "timed out although it had come back");
    }

    @Test
    void resumedSocketGetsEventsAndTakesRequests() {
        Browser ada = new Browser();
        String token = ada.joins("r", "ada").resumeToken();
        ada.dies();
        Browser again = new Browser();
        resume(again, token);
        rooms.get("r").add("grace");
        loop.run();
        assertEquals("grace", again.last(ParticipantJoined.class).participant().identity());
        again.says("{'type':'mute','id':2,'trackId':'TR_1','muted':true}").last(Ok.class);
        assertEquals(1, ada.received.size());
    }

    @Test
    void tokenIsSpentOnceTheNewSocketHasBeenHeard() {
        Browser first = new Browser();
        String token = first.joins("r", "ada").resumeToken();
        first.dies();
        Browser second = new Browser();
        String newToken = resume(second, token).resumeToken();
        loop.passSeconds(1);
        second.says("{'type':'ping','id':2}");
        second.dies();
        assertEquals("resume-expired", new Browser().says(resumeMessage(token)).error());
        resume(new Browser(), newToken);
    }

    @Test
    void tokenWorksAgainWhenTheReplyWasLost() {
        Browser first = new Browser();
        String token = first.joins("r", "ada").resumeToken();
        first.dies();
        Browser second = new Browser();
        resume(second, token);
        second.dies();
        resume(new Browser(), token);
        assertTrue(rooms.get("r").has("ada"));
    }

    @Test
    void resumeTakesTheSessionFromSocketThatIsStillOpen() {
        Browser stale = new Browser();
        String token = stale.joins("r", "ada").resumeToken();
        resume(new Browser(), token);
        assertEquals("resumed-elsewhere", stale.last(Closing.class).code());
        stale.dies();
        loop.passSeconds(600);
        assertTrue(rooms.get("r").has("ada"), "the stale socket took the session with it");
    }

    @Test
    void unknownTokenIsRefused() {
        assertEquals(
                "resume-expired", new Browser().says(resumeMessage("guess")).error());
    }

    // --- grace and heartbeat ----------------------------------------------------------------------------------------

    @Test
    void killedBrowserIsGoneAfterTheGracePeriod() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        FakeParticipant participant = rooms.get("r").find("ada");
        participant.state(ConnectionState.CONNECTED);
        loop.run();
        ada.dies();
        loop.passSeconds(15);
        participant.state(ConnectionState.DISCONNECTED);
        loop.passSeconds(4);
        assertTrue(rooms.get("r").has("ada"));
        loop.passSeconds(2);
        assertEquals(LeaveReason.TIMED_OUT, participant.leftBecause);
        assertEquals(0, loop.timersWaiting());
    }

    @Test
    void machineThatFallsSilentIsGoneWithin30Seconds() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        FakeParticipant participant = rooms.get("r").find("ada");
        participant.state(ConnectionState.CONNECTED);
        loop.passSeconds(60);
        ada.answersPings = false;
        loop.passSeconds(15);
        assertTrue(ada.aborted);
        participant.state(ConnectionState.DISCONNECTED);
        loop.passSeconds(15);
        assertEquals(LeaveReason.TIMED_OUT, participant.leftBecause);
    }

    @Test
    void mediaWithoutSignalingIsKeptThreeTimesAsLong() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        FakeParticipant participant = rooms.get("r").find("ada");
        participant.state(ConnectionState.CONNECTED);
        loop.run();
        ada.dies();
        loop.passSeconds(59);
        assertTrue(rooms.get("r").has("ada"));
        loop.passSeconds(2);
        assertEquals(LeaveReason.TIMED_OUT, participant.leftBecause);
    }

    @Test
    void mediaThatIsLostLateEndsTheSessionAtOnce() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        FakeParticipant participant = rooms.get("r").find("ada");
        participant.state(ConnectionState.CONNECTED);
        loop.run();
        ada.dies();
        loop.passSeconds(40);
        participant.state(ConnectionState.DISCONNECTED);
        loop.run();
        assertEquals(LeaveReason.TIMED_OUT, participant.leftBecause);
    }

    @Test
    void lostMediaAloneKeepsTheSession() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        rooms.get("r").find("ada").state(ConnectionState.DISCONNECTED);
        loop.passSeconds(600);
        assertTrue(rooms.get("r").has("ada"));
    }

    @Test
    void silentSocketIsDroppedAfterTwoIntervals() {
        Browser browser = new Browser();
        browser.answersPings = false;
        loop.passSeconds(10);
        assertFalse(browser.aborted);
        assertEquals(2, browser.pings);
        loop.passSeconds(5);
        assertTrue(browser.aborted);
        assertEquals(0, loop.timersWaiting());
    }

    @Test
    void offerThatIsAnsweredAfterTheSocketWentIsNotSent() {
        Browser ada = new Browser();
        ada.joins("r", "ada");
        CompletableFuture<Void> gate = new CompletableFuture<>();
        rooms.get("r").find("ada").gate = gate;
        ada.says("{'type':'offer','id':2,'sdp':'v=0'}");
        ada.dies();
        gate.complete(null);
        loop.run();
        assertEquals(1, ada.received.size());
    }

    private static String join(String room) {
        return "{'type':'join','id':1,'room':'" + room + "','name':'A'}";
    }

    private static String resumeMessage(String token) {
        return "{'type':'resume','id':1,'resumeToken':'" + token + "'}";
    }

    private static Resumed resume(Browser browser, String token) {
        return browser.says(resumeMessage(token)).last(Resumed.class);
    }
}
