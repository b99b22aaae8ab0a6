package dev.parley.sfu.simulation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * No datagram, encrypted by whomever, and no offer makes a session throw, hold on to packets, or keep what it must not.
 * Nothing is encrypted here, so that arbitrary bytes get as deep as those of a client with good keys.
 */
class SessionFuzzTest {
    private static final TransportAddress STRANGER = TransportAddress.ofIpv4(Transport.UDP, 0xC633_6401, 6_666);
    private static final int MAX_DATAGRAM = 1_500;
    private static final int MAX_EVENTS = 200;

    /** A call of two, well under way. */
    private static final class Stage implements AutoCloseable {
        final SimulatedSfu sfu = new SimulatedSfu(1, SimulatedSfu.Setup.of(1).withCiphers(new ClearCiphers()));
        final SimulatedClient alice = Call.member(sfu, "alice");
        final SimulatedClient bob = Call.member(sfu, "bob");

        Stage() {
            Call.watch(alice, bob);
            Call.watch(bob, alice);
            sfu.runMs(200);
        }

        @Override
        public void close() {
            sfu.close();
        }
    }

    /** Each datagram is a byte that tells whom it comes from, two of length, and its bytes. */
    @FuzzTest(maxDuration = "60s")
    void takesAnyDatagrams(byte[] data) {
        try (Stage stage = new Stage()) {
            TransportAddress[] sources = {
                stage.alice.path().address(), stage.bob.path().address(), STRANGER
            };
            int at = 0;
            while (at + 3 <= data.length) {
                TransportAddress from = sources[(data[at] & 0xFF) % sources.length];
                int length = Math.min(
                        ((data[at + 1] & 0xFF) << 8 | data[at + 2] & 0xFF) % MAX_DATAGRAM, data.length - at - 3);
                stage.sfu.receive(Arrays.copyOfRange(data, at + 3, at + 3 + length), from);
                at += 3 + length;
                stage.sfu.runMs(1);
            }
            stage.sfu.runMs(100);
            require(stage.sfu.addressCount() == 2, "a stranger has got an address");
            require(stage.sfu.peerCount() == 2, "a peer has gone");
            require(stage.sfu.events().size() < MAX_EVENTS, "a flood of events");
        }
    }

    @FuzzTest(maxDuration = "60s")
    void answersAnyOffer(byte[] data) {
        try (Stage stage = new Stage()) {
            String sdp = new String(data, StandardCharsets.UTF_8);
            int tracks = stage.alice.participant().info().tracks().size();
            int events = stage.sfu.events().size();
            try {
                stage.alice
                        .participant()
                        .answer(new Offer(sdp, Map.of()), stage.sfu.clock().nowNs());
            } catch (SfuException e) {
                require(tracks == stage.alice.participant().info().tracks().size(), "refused, and changed tracks");
                require(events == stage.sfu.events().size(), "refused, and told of it");
            }
            stage.sfu.runMs(100);
            // The next good offer is answered whatever came before; another certificate or session is not.
            require(stage.sfu.peerCount() == 2, "a peer has gone");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
