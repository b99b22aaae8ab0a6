package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Paths that come, change and fail under a running call, and strangers who send to its port. */
final class ConnectivityScenarioTest {
    private static final TransportAddress STRANGER = TransportAddress.ofIpv4(Transport.UDP, 0xC633_6401, 6_666);

    private static SimulatedClient[] call(SimulatedSfu sfu) {
        SimulatedClient alice = Call.member(sfu, "alice");
        SimulatedClient bob = Call.member(sfu, "bob");
        alice.path().conditions(LinkConditions.perfect().withDelayMs(20));
        bob.path().conditions(LinkConditions.perfect().withDelayMs(20));
        Call.watch(alice, bob);
        Call.watch(bob, alice);
        sfu.runMs(1_000);
        return new SimulatedClient[] {alice, bob};
    }

    private static void assertFlows(SimulatedSfu sfu, SimulatedClient client, long ms) {
        long before = client.received(VIDEO_SLOT).packets();
        sfu.runMs(ms);
        long packets = client.received(VIDEO_SLOT).packets() - before;
        assertTrue(packets * 1_000 / ms > 60, packets + " packets of video in " + ms + " ms");
    }

    private static ConnectionState state(SimulatedClient client) {
        return client.participant().info().state();
    }

    @Test
    void iceRestartKeepsMediaOnTheOldPathUntilTheNewOneIsNominated() {
        try (SimulatedSfu sfu = new SimulatedSfu(30)) {
            SimulatedClient[] call = call(sfu);
            SimulatedClient bob = call[1];
            TransportAddress before = bob.path().address();
            SimulatedIce next = bob.restartIce();
            next.nominating(false);
            next.start();
            // Longer than consent lasts: the old path's checks go on being answered.
            assertFlows(sfu, bob, 20_000);
            assertTrue(next.answers() > 0, "the new path is not checked");
            assertEquals(before, bob.path().address());

            next.nominating(true);
            sfu.runMs(200);
            assertEquals(next.path(), bob.path());
            assertNotEquals(before, bob.path().address());
            assertFlows(sfu, bob, 20_000);
            assertTrue(next.path().down().delivered() > 1_000, "media has not moved");
            assertEquals(ConnectionState.CONNECTED, state(bob));
            Call.assertContinuous(bob.received(VIDEO_SLOT));
            Call.assertContinuous(bob.received(AUDIO_SLOT));
            Call.assertContinuous(call[0].received(VIDEO_SLOT));
            assertEquals(2, sfu.dtls().associations());
        }
    }

    @Test
    void secondIceRestartBeforeTheFirstIsDoneKeepsTheOldPathAlive() {
        try (SimulatedSfu sfu = new SimulatedSfu(31)) {
            SimulatedClient bob = call(sfu)[1];
            SimulatedIce first = bob.restartIce();
            first.nominating(false);
            first.start();
            sfu.runMs(500);
            SimulatedIce second = bob.restartIce();
            second.nominating(false);
            second.start();
            assertFlows(sfu, bob, 20_000);
            assertEquals(ConnectionState.CONNECTED, state(bob));
            second.nominating(true);
            assertFlows(sfu, bob, 20_000);
            assertEquals(second.path(), bob.path());
            assertEquals(ConnectionState.CONNECTED, state(bob));
            Call.assertContinuous(bob.received(VIDEO_SLOT));
        }
    }

    @Test
    void clientThatSwitchesNetworksKeepsItsCall() {
        try (SimulatedSfu sfu = new SimulatedSfu(32)) {
            SimulatedClient[] call = call(sfu);
            for (int i = 0; i < 3; i++) {
                call[1].switchNetwork().conditions(LinkConditions.perfect().withDelayMs(40));
                sfu.runMs(300);
                assertFlows(sfu, call[1], 2_000);
                assertFlows(sfu, call[0], 2_000);
            }
            assertEquals(ConnectionState.CONNECTED, state(call[1]));
            assertTrue(call[1].received(VIDEO_SLOT).missing() < 40, "more was lost than the switches explain");
            assertTrue(sfu.strayDatagrams() < 200, "media still goes to networks that are gone");
        }
    }

    @Test
    void lostConsentStopsEverythingUntilItIsBack() {
        try (SimulatedSfu sfu = new SimulatedSfu(33)) {
            SimulatedClient[] call = call(sfu);
            SimulatedClient bob = call[1];
            int held = sfu.packetsHeld();
            bob.path().cut();
            // A browser stops sending as well when its checks are no longer answered.
            bob.media().stopSources();
            sfu.runMs(17_500);
            assertEquals(ConnectionState.DISCONNECTED, state(bob));
            long sent = bob.path().down().sent();
            sfu.runMs(600_000);
            assertEquals(sent, bob.path().down().sent());
            assertTrue(held > 100, "nothing was held for retransmission");
            assertEquals(0, sfu.packetsHeld());

            bob.path().mend();
            bob.media().startSources();
            sfu.runMs(4_000);
            assertEquals(ConnectionState.CONNECTED, state(bob));
            assertFlows(sfu, bob, 2_000);
            // Ten minutes are more than 2^15 packets: SRTP's rollover counter must not be lost over them.
            assertEquals(0, bob.media().refused());
            assertFlows(sfu, call[0], 2_000);
            ReceivedStream video = bob.received(VIDEO_SLOT);
            assertTrue(video.missing() < 1_200, video.missing() + " packets seem missing");
        }
    }

    @Test
    void slotFilledWhileDisconnectedStartsOnReturn() {
        try (SimulatedSfu sfu = new SimulatedSfu(34)) {
            SimulatedClient[] call = call(sfu);
            SimulatedClient carol = Call.member(sfu, "carol");
            sfu.runMs(500);
            call[1].path().cut();
            sfu.runMs(20_000);
            Call.watch(call[1], carol);
            call[1].path().mend();
            sfu.runMs(4_000);
            assertFlows(sfu, call[1], 1_000);
            Integer source = call[1].received(VIDEO_SLOT).source();
            assertEquals(carol.received(VIDEO_SLOT).packets(), 0);
            assertEquals(sourceOf(carol), source);
        }
    }

    private static int sourceOf(SimulatedClient publisher) {
        return publisher.offer().section(Call.CAMERA).ssrc;
    }

    @Test
    void clientThatNeverNominatesIsServedOnlyWhileItChecks() {
        try (SimulatedSfu sfu = new SimulatedSfu(35)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = sfu.client("bob");
            bob.nominating(false);
            bob.slot(dev.parley.sfu.MediaKind.VIDEO);
            bob.join();
            bob.subscribe("0", alice.trackId(Call.CAMERA));
            sfu.runMs(20_000);
            assertTrue(bob.received("0").packets() > 1_000, "no media before the nomination");
            bob.path().cut();
            sfu.runMs(16_000);
            long sent = bob.path().down().sent();
            sfu.runMs(10_000);
            assertEquals(sent, bob.path().down().sent());
            assertEquals(ConnectionState.DISCONNECTED, state(bob));

            bob.path().mend();
            bob.nominating(true);
            sfu.runMs(4_000);
            assertEquals(ConnectionState.CONNECTED, state(bob));
            long packets = bob.received("0").packets();
            sfu.runMs(1_000);
            assertTrue(bob.received("0").packets() > packets + 60, "media has not come back");
        }
    }

    @Test
    void nominationLongAfterTheHandshakeChangesNothing() {
        try (SimulatedSfu sfu = new SimulatedSfu(36)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = sfu.client("bob");
            bob.nominating(false);
            bob.slot(dev.parley.sfu.MediaKind.VIDEO);
            bob.join();
            bob.subscribe("0", alice.trackId(Call.CAMERA));
            sfu.runMs(2_000);
            bob.nominating(true);
            sfu.runMs(2_000);
            assertEquals(ConnectionState.CONNECTED, state(bob));
            Call.assertContinuous(bob.received("0"));
            assertEquals(1, bob.received("0").keyframes());
        }
    }

    @Test
    void closeNotifyEndsSendingAndANewHandshakeResumesIt() {
        try (SimulatedSfu sfu = new SimulatedSfu(37)) {
            SimulatedClient bob = call(sfu)[1];
            bob.closeDtls();
            sfu.runMs(100);
            assertEquals(ConnectionState.DISCONNECTED, state(bob));
            long packets = bob.received(VIDEO_SLOT).packets();
            sfu.runMs(2_000);
            assertEquals(packets, bob.received(VIDEO_SLOT).packets());
            assertEquals(0, bob.media().refused());

            bob.handshakeAgain();
            sfu.runMs(500);
            assertEquals(ConnectionState.CONNECTED, state(bob));
            assertFlows(sfu, bob, 1_000);
            Call.assertContinuous(bob.received(VIDEO_SLOT));
        }
    }

    @Test
    void handshakeOverTheLimitIsTriedAgain() {
        try (SimulatedSfu sfu = new SimulatedSfu(38)) {
            sfu.dtls().limit(0);
            SimulatedClient alice = Call.member(sfu, "alice");
            sfu.runMs(1_000);
            assertEquals(ConnectionState.CONNECTING, state(alice));
            assertTrue(sfu.dropped(DropReason.DTLS_LIMIT) > 5, "the refusal is not counted");
            sfu.dtls().limit(1);
            sfu.runMs(500);
            assertEquals(ConnectionState.CONNECTED, state(alice));
        }
    }

    @Test
    void datagramsReplayedFromAnotherAddressAreIgnored() {
        try (SimulatedSfu sfu = new SimulatedSfu(39)) {
            SimulatedClient[] call = call(sfu);
            List<byte[]> recorded = new ArrayList<>();
            call[0].path().up().filter(datagram -> {
                recorded.add(datagram.clone());
                return true;
            });
            sfu.runMs(1_000);
            call[0].path().up().filter(datagram -> true);
            sfu.runMs(100);
            long in = sfu.media().packetsIn().value();
            recorded.stream().filter(datagram -> (datagram[0] & 0x80) != 0).forEach(datagram -> {
                sfu.receive(datagram, STRANGER);
            });
            assertEquals(in, sfu.media().packetsIn().value());
            assertEquals(2, sfu.addressCount());
            // From the true address they are replays.
            long replayed = sfu.dropped(DropReason.SRTP_REPLAYED);
            int media = 0;
            for (byte[] datagram : recorded) {
                if ((datagram[0] & 0x80) != 0) {
                    sfu.receive(datagram, call[0].path().address());
                    media++;
                }
            }
            assertTrue(media > 100, "nothing was recorded");
            assertEquals(in, sfu.media().packetsIn().value());
            assertEquals(replayed + media, sfu.dropped(DropReason.SRTP_REPLAYED));
            sfu.runMs(1_000);
            Call.assertContinuous(call[1].received(VIDEO_SLOT));
            assertEquals(0, call[1].received(VIDEO_SLOT).duplicates());
        }
    }

    @Test
    void strangersCostNoState() {
        try (SimulatedSfu sfu = new SimulatedSfu(40)) {
            SimulatedClient[] call = call(sfu);
            Random random = new Random(sfu.network().seed());
            int held = sfu.packetsHeld();
            int associations = sfu.dtls().associations();
            for (int i = 0; i < 20_000; i++) {
                byte[] datagram = new byte[random.nextInt(200)];
                random.nextBytes(datagram);
                if (datagram.length > 0 && i % 2 == 0) {
                    datagram[0] = (byte) List.of(0, 1, 20, 22, 63, 128, 144, 191)
                            .get(random.nextInt(8))
                            .intValue();
                }
                sfu.receive(datagram, TransportAddress.ofIpv4(Transport.UDP, random.nextInt(), random.nextInt(65_536)));
            }
            assertEquals(2, sfu.addressCount());
            assertEquals(held, sfu.packetsHeld());
            assertEquals(associations, sfu.dtls().associations());
            sfu.runMs(500);
            Call.assertContinuous(call[1].received(VIDEO_SLOT));
        }
    }
}
