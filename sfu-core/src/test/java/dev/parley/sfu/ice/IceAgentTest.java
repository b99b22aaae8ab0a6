package dev.parley.sfu.ice;

import static dev.parley.sfu.ice.StunFixtures.ALICE;
import static dev.parley.sfu.ice.StunFixtures.ALICE_MOVED;
import static dev.parley.sfu.ice.StunFixtures.HOST_PRIORITY;
import static dev.parley.sfu.ice.StunFixtures.LOCAL;
import static dev.parley.sfu.ice.StunFixtures.REMOTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropReason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IceAgentTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long TIMEOUT_NS = 30 * SECOND_NS;
    private static final long TCP_PRIORITY = HOST_PRIORITY - 1;
    private static final IceCredentials NEW_LOCAL = new IceCredentials("newU", "restartedServerPassword/");
    private static final IceCredentials NEW_REMOTE = new IceCredentials("newC", "restartedClientPassword+");

    private final PacketPool pool = PacketPool.bounded(8);
    private final PacketBuffer request = StunFixtures.acquire(pool);
    private final PacketBuffer answer = StunFixtures.acquire(pool);
    private final StunWriter writer = new StunWriter();
    private final RecordingIceSink sink = new RecordingIceSink();
    private final IceAgent agent = new IceAgent(LOCAL, TIMEOUT_NS, pool);
    private long nowNs = 5 * SECOND_NS;
    private long transaction;

    @AfterEach
    void freePackets() {
        assertEquals(2, pool.outstanding(), "every response is given back");
        request.release();
        answer.release();
        pool.close();
    }

    @Test
    void answersACheckWithTheAddressItCameFrom() {
        assertNull(check(ALICE, false));
        StunMessage response = response();
        assertEquals(StunClass.SUCCESS, response.messageClass());
        assertEquals(transaction, response.transactionLow());
        assertEquals(ALICE, response.xorMappedAddress(Transport.UDP));
        assertTrue(new StunIntegrity(LOCAL.password()).matches(response));
        assertTrue(response.fingerprintMatches());
        assertEquals(ALICE, sink.responseTo);
    }

    @Test
    void verifiesAnAddressWithoutSelectingItBeforeItIsNominated() {
        check(ALICE, false);
        assertEquals(List.of("verified " + ALICE), sink.drain());
        assertTrue(agent.isVerified(ALICE));
        assertNull(agent.selectedRemote());
        assertEquals(ALICE, agent.sendRemote());
        assertEquals(IceState.NEW, agent.state());
    }

    @Test
    void losesConsentBeforeAnyNominationAndRegainsItByOne() {
        check(ALICE, false);
        assertEquals(nowNs + TIMEOUT_NS, agent.nextDeadlineNs());
        nowNs += TIMEOUT_NS / 2;
        check(ALICE, false);
        assertEquals(nowNs + TIMEOUT_NS, agent.nextDeadlineNs());
        sink.drain();
        nowNs += TIMEOUT_NS;
        agent.onDeadline(nowNs, sink);
        assertEquals(List.of("consentLost"), sink.drain());
        assertEquals(IceState.DISCONNECTED, agent.state());
        assertNull(agent.sendRemote());
        assertEquals(Long.MAX_VALUE, agent.nextDeadlineNs());

        check(ALICE, false);
        assertNull(agent.sendRemote());
        check(ALICE, true);
        assertEquals(List.of("selected " + ALICE, "consentRegained"), sink.drain());
        assertEquals(ALICE, agent.sendRemote());
    }

    @Test
    void selectsTheAddressThatIsNominated() {
        check(ALICE, false);
        check(ALICE_MOVED, false);
        sink.drain();
        check(ALICE, true);
        check(ALICE, true);
        assertEquals(List.of("selected " + ALICE), sink.drain());
        assertEquals(ALICE, agent.selectedRemote());
        assertEquals(ALICE, agent.sendRemote());
        assertEquals(IceState.CONNECTED, agent.state());
    }

    @Test
    void selectsAnAddressNominatedByItsFirstCheck() {
        check(ALICE, true);
        assertEquals(List.of("verified " + ALICE, "selected " + ALICE), sink.drain());
    }

    @Test
    void keepsTcpAndUdpAddressesApart() {
        TransportAddress overTcp = new TransportAddress(Transport.TCP, ALICE.high(), ALICE.low(), ALICE.port());
        check(ALICE, false);
        check(overTcp, true);
        assertEquals(overTcp, agent.selectedRemote());
        assertTrue(agent.isVerified(ALICE));
        assertEquals(overTcp, response().xorMappedAddress(Transport.TCP));
    }

    @Test
    void followsAClientThatChangesItsNetwork() {
        check(ALICE, false);
        check(ALICE, true);
        sink.drain();
        nowNs += 10_000_000;
        check(ALICE_MOVED, false, 1);
        assertEquals(ALICE, agent.selectedRemote());
        check(ALICE_MOVED, true, 1);
        assertEquals(List.of("verified " + ALICE_MOVED, "selected " + ALICE_MOVED), sink.drain());
        assertEquals(ALICE_MOVED, agent.selectedRemote());
        assertTrue(agent.isVerified(ALICE), "packets on their way from the old address still count");
    }

    @Test
    void staysOnTheHighestPriorityOfAPeerThatNominatesEveryPair() {
        check(ALICE, true);
        check(ALICE_MOVED, true, TCP_PRIORITY);
        assertEquals(ALICE, agent.selectedRemote());
        check(StunFixtures.udp(3, 3), true, HOST_PRIORITY + 1);
        assertEquals(StunFixtures.udp(3, 3), agent.selectedRemote());
    }

    @Test
    void leavesTheHighestPriorityOnceItIsSilent() {
        check(ALICE, true);
        nowNs += IceAgent.AGGRESSIVE_HOLD_NS - 1;
        check(ALICE_MOVED, true, TCP_PRIORITY);
        assertEquals(ALICE, agent.selectedRemote());
        nowNs += 1;
        check(ALICE_MOVED, true, TCP_PRIORITY);
        assertEquals(ALICE_MOVED, agent.selectedRemote());
    }

    @Test
    void answersARoleConflictBecauseItCannotControl() {
        writer.begin(request, StunClass.REQUEST, 1, ++transaction)
                .username("srvU:cliU")
                .priority(HOST_PRIORITY)
                .iceControlled(0)
                .useCandidate()
                .integrity(new StunIntegrity(LOCAL.password()))
                .fingerprint();
        assertNull(receive(ALICE));
        assertError(487, true);
        assertUntouched();
    }

    @Test
    void answers401ToAWrongPassword() {
        IceCredentials wrong = new IceCredentials(LOCAL.ufrag(), "anotherPasswordOf24Chars");
        assertEquals(DropReason.STUN_BAD_INTEGRITY, check(wrong, ALICE, true, HOST_PRIORITY));
        assertError(401, false);
        assertUntouched();
    }

    @Test
    void answers401ToAWrongUsername() {
        IceCredentials wrong = new IceCredentials("srvV", LOCAL.password());
        assertEquals(DropReason.STUN_UNKNOWN_USERNAME, check(wrong, ALICE, true, HOST_PRIORITY));
        assertError(401, false);
        assertUntouched();
    }

    @Test
    void answers400WithoutUsernameOrIntegrity() {
        writer.begin(request, StunClass.REQUEST, 1, ++transaction)
                .integrity(new StunIntegrity(LOCAL.password()))
                .fingerprint();
        assertEquals(DropReason.STUN_UNKNOWN_USERNAME, receive(ALICE));
        assertError(400, false);
        writer.begin(request, StunClass.REQUEST, 1, ++transaction)
                .username("srvU:cliU")
                .fingerprint();
        assertEquals(DropReason.STUN_BAD_INTEGRITY, receive(ALICE));
        assertError(400, false);
        assertUntouched();
    }

    @Test
    void answers420ToWhatItMustUnderstandAndDoesNot() {
        writer.begin(request, StunClass.REQUEST, 1, ++transaction)
                .username("srvU:cliU")
                .raw(0x7F01, new byte[2])
                .useCandidate()
                .integrity(new StunIntegrity(LOCAL.password()))
                .fingerprint();
        assertNull(receive(ALICE));
        assertError(420, true);
        assertUntouched();
    }

    @Test
    void doesNotNominateByAnAttributeAfterMessageIntegrity() {
        writer.begin(request, StunClass.REQUEST, 1, ++transaction)
                .username("srvU:cliU")
                .priority(HOST_PRIORITY)
                .iceControlling(9)
                .integrity(new StunIntegrity(LOCAL.password()))
                .useCandidate()
                .fingerprint();
        assertNull(receive(ALICE));
        assertNull(agent.selectedRemote());
    }

    @Test
    void dropsAWrongFingerprintBeforeAnythingElse() {
        write(LOCAL, true, HOST_PRIORITY);
        int last = request.length() - 1;
        request.putU8(last, request.u8(last) ^ 1);
        assertEquals(DropReason.STUN_BAD_FINGERPRINT, receive(ALICE));
        assertNull(sink.response);
        assertUntouched();
    }

    @Test
    void changesNothingForACheckWithAnyByteFlipped() {
        write(LOCAL, true, HOST_PRIORITY);
        byte[] check = request.toByteArray();
        int fingerprintAt = check.length - 8;
        for (int at = 0; at < check.length; at++) {
            if (at == fingerprintAt || at == fingerprintAt + 1) {
                // Of another type it is no FINGERPRINT but an attribute after MESSAGE-INTEGRITY, which is ignored.
                continue;
            }
            StunFixtures.fill(request, check, check.length);
            request.putU8(at, request.u8(at) ^ 0xFF);
            assertNotNull(receive(ALICE), "byte " + at);
            assertUntouched();
        }
        StunFixtures.fill(request, check, check.length);
        assertNull(receive(ALICE));
        assertEquals(ALICE, agent.selectedRemote());
    }

    @Test
    void ignoresIndicationsAndDropsResponses() {
        writer.begin(request, StunClass.INDICATION, 1, 1).fingerprint();
        assertNull(receive(ALICE));
        for (StunClass messageClass : List.of(StunClass.SUCCESS, StunClass.ERROR)) {
            writer.begin(request, messageClass, 1, 1)
                    .integrity(new StunIntegrity(LOCAL.password()))
                    .fingerprint();
            assertEquals(DropReason.STUN_UNEXPECTED_TYPE, receive(ALICE));
        }
        writer.begin(request, StunClass.REQUEST, 1, 1);
        request.putU16(0, 0x0003);
        assertEquals(DropReason.STUN_UNEXPECTED_TYPE, receive(ALICE), "TURN's Allocate");
        assertNull(sink.response);
        assertUntouched();
    }

    @Test
    void losesConsentOnceAfterTheTimeout() {
        check(ALICE, true);
        assertEquals(nowNs + TIMEOUT_NS, agent.nextDeadlineNs());
        sink.drain();
        nowNs += TIMEOUT_NS - 1;
        agent.onDeadline(nowNs, sink);
        assertEquals(List.of(), sink.drain());
        nowNs += 1;
        agent.onDeadline(nowNs, sink);
        agent.onDeadline(nowNs + TIMEOUT_NS, sink);
        assertEquals(List.of("consentLost"), sink.drain());
        assertEquals(IceState.DISCONNECTED, agent.state());
        assertEquals(Long.MAX_VALUE, agent.nextDeadlineNs());
    }

    @Test
    void keepsConsentWhileChecksGoOn() {
        check(ALICE, true);
        for (int i = 0; i < 10; i++) {
            nowNs += TIMEOUT_NS - 1;
            agent.onDeadline(nowNs, sink);
            check(ALICE, false);
        }
        assertEquals(IceState.CONNECTED, agent.state());
        assertEquals(nowNs + TIMEOUT_NS, agent.nextDeadlineNs());
    }

    @Test
    void regainsConsentByALaterCheckAndMayLoseItAgain() {
        check(ALICE, true);
        loseConsent();
        check(ALICE, false);
        assertEquals(List.of("consentRegained"), sink.drain());
        assertEquals(IceState.CONNECTED, agent.state());
        loseConsent();
        check(ALICE_MOVED, true);
        assertEquals(List.of("verified " + ALICE_MOVED, "selected " + ALICE_MOVED, "consentRegained"), sink.drain());
    }

    @Test
    void takesNoConsentForTheSelectedAddressFromAnotherOne() {
        check(ALICE, true);
        nowNs += TIMEOUT_NS - 1;
        check(ALICE_MOVED, false);
        nowNs += 1;
        agent.onDeadline(nowNs, sink);
        assertEquals(IceState.DISCONNECTED, agent.state());
    }

    @Test
    void losesConsentAcrossAWrapOfTheClock() {
        nowNs = Long.MAX_VALUE - SECOND_NS;
        check(ALICE, true);
        nowNs += TIMEOUT_NS - 1;
        agent.onDeadline(nowNs, sink);
        assertEquals(IceState.CONNECTED, agent.state());
        nowNs += 1;
        agent.onDeadline(nowNs, sink);
        assertEquals(IceState.DISCONNECTED, agent.state());
    }

    @Test
    void keepsTheOldPathThroughARestartUntilANewOneIsNominated() {
        check(ALICE, true);
        agent.restart(NEW_LOCAL, NEW_REMOTE);
        assertEquals(NEW_LOCAL, agent.local());
        assertEquals(NEW_REMOTE, agent.remote());
        sink.drain();
        assertNull(check(ALICE, false), "the old credentials still work");
        assertNull(check(NEW_LOCAL, ALICE_MOVED, false, 1));
        assertTrue(new StunIntegrity(NEW_LOCAL.password()).matches(response()));
        assertEquals(ALICE, agent.selectedRemote());
        assertTrue(agent.isRestarting());
        assertNull(check(NEW_LOCAL, ALICE_MOVED, true, 1));
        assertEquals(List.of("verified " + ALICE_MOVED, "selected " + ALICE_MOVED), sink.drain());
        assertFalse(agent.isRestarting());
        assertEquals(DropReason.STUN_UNKNOWN_USERNAME, check(ALICE, true));
        assertEquals(ALICE_MOVED, agent.selectedRemote());
    }

    @Test
    void completesARestartOnTheSameAddress() {
        check(ALICE, true);
        agent.restart(NEW_LOCAL, NEW_REMOTE);
        sink.drain();
        check(NEW_LOCAL, ALICE, true, 1);
        assertEquals(List.of("selected " + ALICE), sink.drain());
        assertFalse(agent.isRestarting());
    }

    @Test
    void restartsBeforeAnythingWasNominated() {
        agent.restart(NEW_LOCAL, NEW_REMOTE);
        check(NEW_LOCAL, ALICE, true, HOST_PRIORITY);
        assertEquals(ALICE, agent.selectedRemote());
        assertEquals(NEW_LOCAL, agent.local());
    }

    @Test
    void dropsARestartThatAnotherOneOvertook() {
        IceCredentials third = new IceCredentials("3rdU", "thirdServerPasswordOf24+");
        check(ALICE, true);
        agent.restart(NEW_LOCAL, NEW_REMOTE);
        agent.restart(third, NEW_REMOTE);
        assertEquals(DropReason.STUN_UNKNOWN_USERNAME, check(NEW_LOCAL, ALICE, true, HOST_PRIORITY));
        assertNull(check(ALICE, false));
        assertNull(check(third, ALICE, true, HOST_PRIORITY));
        assertEquals(third, agent.local());
    }

    @Test
    void regainsConsentByARestart() {
        check(ALICE, true);
        loseConsent();
        agent.restart(NEW_LOCAL, NEW_REMOTE);
        check(NEW_LOCAL, ALICE_MOVED, true, 1);
        assertEquals(IceState.CONNECTED, agent.state());
        assertEquals(ALICE_MOVED, agent.selectedRemote());
    }

    @Test
    void refusesARestartThatKeepsTheUfrag() {
        assertThrows(IllegalArgumentException.class, () -> agent.restart(LOCAL, NEW_REMOTE));
    }

    @Test
    void forgetsTheOldestUnselectedAddressWhenItKnowsSixteen() {
        check(ALICE, true);
        for (int i = 1; i <= 15; i++) {
            nowNs++;
            check(StunFixtures.udp(100, i), false);
        }
        nowNs++;
        check(StunFixtures.udp(100, 1), false);
        sink.drain();
        nowNs++;
        check(StunFixtures.udp(200, 1), false);
        TransportAddress oldest = StunFixtures.udp(100, 2);
        assertEquals(List.of("forgotten " + oldest, "verified " + StunFixtures.udp(200, 1)), sink.drain());
        assertFalse(agent.isVerified(oldest));
        assertTrue(agent.isVerified(ALICE), "selected, though checked before all others");
        assertTrue(agent.isVerified(StunFixtures.udp(100, 1)), "checked again since");
        assertEquals(16, agent.verifiedAddresses().size());
    }

    @Test
    void changesNothingWhenNoPacketIsLeftForTheAnswer() {
        PacketPool empty = PacketPool.bounded(1);
        PacketBuffer only = StunFixtures.acquire(empty);
        IceAgent starved = new IceAgent(LOCAL, TIMEOUT_NS, empty);
        write(LOCAL, true, HOST_PRIORITY);
        assertEquals(DropReason.POOL_EMPTY, starved.onStun(request, ALICE, nowNs, sink));
        assertFalse(starved.isVerified(ALICE));
        assertNull(starved.selectedRemote());
        only.release();
        assertNull(starved.onStun(request, ALICE, nowNs, sink));
        empty.close();
    }

    @Test
    void answersNothingOnceClosed() {
        check(ALICE, true);
        agent.close();
        agent.close();
        sink.drain();
        sink.response = null;
        assertEquals(DropReason.UNEXPECTED_STATE, check(ALICE, true));
        agent.onDeadline(nowNs + TIMEOUT_NS, sink);
        assertEquals(List.of(), sink.drain());
        assertNull(sink.response);
        assertNull(agent.selectedRemote());
        assertNull(agent.sendRemote());
        assertEquals(IceState.CLOSED, agent.state());
        assertEquals(Long.MAX_VALUE, agent.nextDeadlineNs());
        assertEquals(List.of(ALICE), agent.verifiedAddresses());
    }

    private void loseConsent() {
        nowNs += TIMEOUT_NS;
        agent.onDeadline(nowNs, sink);
        assertEquals(IceState.DISCONNECTED, agent.state());
        sink.drain();
    }

    private @Nullable DropReason check(TransportAddress from, boolean nominate) {
        return check(LOCAL, from, nominate, HOST_PRIORITY);
    }

    private @Nullable DropReason check(TransportAddress from, boolean nominate, long priority) {
        return check(LOCAL, from, nominate, priority);
    }

    private @Nullable DropReason check(IceCredentials to, TransportAddress from, boolean nominate, long priority) {
        write(to, nominate, priority);
        return receive(from);
    }

    private void write(IceCredentials to, boolean nominate, long priority) {
        String username = to.ufrag() + ":" + REMOTE.ufrag();
        StunIntegrity integrity = new StunIntegrity(to.password());
        writer.bindingRequest(request, 1, ++transaction, username, priority, 77, nominate, integrity);
    }

    private @Nullable DropReason receive(TransportAddress from) {
        return agent.onStun(request, from, nowNs, sink);
    }

    private StunMessage response() {
        byte[] bytes = sink.response;
        assertNotNull(bytes, "no response");
        StunFixtures.fill(answer, bytes, bytes.length);
        StunMessage message = new StunMessage();
        assertTrue(message.wrap(answer));
        return message;
    }

    private void assertError(int code, boolean authenticated) {
        StunMessage response = response();
        assertEquals(StunClass.ERROR, response.messageClass());
        assertEquals(code, response.errorCode());
        assertEquals(transaction, response.transactionLow());
        assertEquals(authenticated, new StunIntegrity(LOCAL.password()).matches(response));
        assertTrue(response.fingerprintMatches());
    }

    private void assertUntouched() {
        assertEquals(List.of(), sink.events);
        assertFalse(agent.isVerified(ALICE));
        assertNull(agent.selectedRemote());
        assertNull(agent.sendRemote());
        assertEquals(IceState.NEW, agent.state());
        assertEquals(Long.MAX_VALUE, agent.nextDeadlineNs());
    }
}
