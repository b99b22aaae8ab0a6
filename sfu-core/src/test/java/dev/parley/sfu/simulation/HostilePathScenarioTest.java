package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.stats.DropReason;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a participant who keeps to no rule can do to the addresses, handshakes and bandwidth of the server. */
final class HostilePathScenarioTest {
    @Test
    void addressThatAnotherPeerLaysClaimToComesBackWithTheNextCheck() {
        try (SimulatedSfu sfu = new SimulatedSfu(110)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient bob = Call.member(sfu, "bob");
            SimulatedClient mallory = Call.member(sfu, "mallory");
            Call.watch(alice, bob);
            sfu.runMs(1_000);
            // With a source address made up.
            SimulatedIce forged = mallory.checkFrom(bob.path());
            forged.start();
            sfu.runMs(60);
            forged.stop();

            sfu.runMs(3_000);
            long before = alice.received(VIDEO_SLOT).packets();
            sfu.runMs(1_000);
            assertTrue(alice.received(VIDEO_SLOT).packets() > before + 60, "bob is not heard any more");
            sfu.runMs(20_000);
            assertEquals(ConnectionState.CONNECTED, bob.participant().info().state());
        }
    }

    @Test
    void handshakesOfOnePeerAreNumbered() {
        try (SimulatedSfu sfu = new SimulatedSfu(111)) {
            SimulatedClient mallory = Call.member(sfu, "mallory");
            sfu.runMs(500);
            for (int i = 0; i < 100; i++) {
                mallory.closeDtls();
                sfu.runMs(10);
                mallory.handshakeAgain();
                sfu.runMs(10);
            }
            assertEquals(16, sfu.dtls().associations());
            assertTrue(sfu.dropped(DropReason.DTLS_LIMIT) > 0, "refusals are not counted");
        }
    }

    @Test
    void nacksForEverythingAgainAndAgainAreAnsweredInProportion() {
        try (SimulatedSfu sfu = new SimulatedSfu(112)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            SimulatedClient mallory = Call.member(sfu, "mallory");
            Call.watch(mallory, alice);
            sfu.runMs(2_000);
            ReceivedStream video = mallory.received(VIDEO_SLOT);
            RtcpWriter writer = new RtcpWriter();
            long sentBefore = video.packets();
            for (int i = 0; i < 100; i++) {
                int newest = (int) video.last().sequence();
                int[] all = IntStream.range(0, 60)
                        .map(back -> newest - 60 + back & 0xFFFF)
                        .toArray();
                PacketBuffer packet = mallory.acquire();
                writer.begin(packet);
                writer.nack(mallory.media().localSsrc(), video.ssrc(), all, all.length);
                mallory.sendRtcp(packet);
                sfu.runMs(20);
            }
            long sent = video.packets() - sentBefore;
            long again = sfu.media().packetsRetransmitted().value();
            assertTrue(again > 0, "nothing was sent again");
            assertTrue(again < 600 + 2 * sent, again + " packets sent again for " + sent);
        }
    }
}
