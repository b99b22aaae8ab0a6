package dev.parley.sfu.ice;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** No bytes make the reader or the agent throw, and none but an authenticated check change the agent. */
class StunMessageFuzzTest {
    private static final int MAX_ATTRIBUTE_BYTES = 1_200;
    private static final PacketPool POOL = PacketPool.bounded(8);
    private static final StunIntegrity INTEGRITY = new StunIntegrity(StunFixtures.LOCAL.password());

    @FuzzTest(maxDuration = "60s")
    void readsAnything(byte[] data) {
        PacketBuffer packet = StunFixtures.acquire(POOL);
        try {
            StunFixtures.fill(packet, data, Math.min(data.length, PacketPool.PACKET_CAPACITY));
            readEverything(packet);
            IceAgent agent = agent();
            agent.onStun(packet, StunFixtures.ALICE, 1, new RecordingIceSink());
            require(!agent.isVerified(StunFixtures.ALICE), "an unauthenticated check was taken");
        } finally {
            packet.release();
        }
    }

    /** The data as the attributes of a check that is then signed: what an authenticated but hostile client can send. */
    @FuzzTest(maxDuration = "60s")
    void answersAnySignedCheck(byte[] data) {
        PacketBuffer packet = StunFixtures.acquire(POOL);
        try {
            StunWriter writer = new StunWriter();
            writer.begin(packet, StunClass.REQUEST, 1, 2).username("srvU:cliU");
            int start = packet.length();
            int bytes = Math.min(data.length, MAX_ATTRIBUTE_BYTES) & ~3;
            packet.length(start + bytes);
            packet.putBytes(start, data, 0, bytes);
            writer.integrity(INTEGRITY).fingerprint();
            readEverything(packet);
            RecordingIceSink sink = new RecordingIceSink();
            DropReason dropped = agent().onStun(packet, StunFixtures.ALICE, 1, sink);
            require(dropped != null || sink.response != null, "a check was neither dropped nor answered");
            requireReadable(sink.response);
        } finally {
            packet.release();
        }
    }

    private static void readEverything(PacketBuffer packet) {
        StunMessage message = new StunMessage();
        String ufrag = StunUsername.localUfrag(packet);
        if (!message.wrap(packet)) {
            return;
        }
        require(message.method() <= 0xFFF, "a method has 12 bits");
        for (int i = 0; i < message.unknownAttributeCount(); i++) {
            require(message.unknownAttribute(i) < StunAttribute.FIRST_OPTIONAL, "optional attributes are not reported");
        }
        String username = message.username();
        if (ufrag != null) {
            require(username != null && username.startsWith(ufrag + ":"), "two readings of USERNAME differ");
        }
        message.xorMappedAddress(TransportAddress.Transport.UDP);
        Objects.requireNonNull(message.toString());
        int errorCode = message.errorCode();
        require(errorCode == -1 || (errorCode >= 300 && errorCode <= 699), "error code " + errorCode);
        require(message.priority() >= -1 && message.priority() <= 0xFFFF_FFFFL, "priority out of range");
        require(message.tieBreaker() == 0 || message.hasIceControlling() || message.hasIceControlled(), "no tie");
        require(!INTEGRITY.matches(message) || message.hasIntegrity(), "trusted without integrity");
        require(!message.fingerprintMatches() || message.hasFingerprint(), "matched without fingerprint");
    }

    private static void requireReadable(byte @Nullable [] response) {
        if (response == null) {
            return;
        }
        PacketBuffer packet = StunFixtures.packet(POOL, response);
        StunMessage message = new StunMessage();
        boolean readable = message.wrap(packet) && message.fingerprintMatches();
        packet.release();
        require(readable, "the answer is no STUN message");
    }

    private static IceAgent agent() {
        return new IceAgent(StunFixtures.LOCAL, 1_000, POOL);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
