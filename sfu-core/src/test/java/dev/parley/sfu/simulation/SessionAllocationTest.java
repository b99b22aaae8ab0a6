package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.buffer.AllocationMeter;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.buffer.WithoutLeakTracing;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.rtp.RtpPacket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The whole way of a packet makes no garbage: decrypted, through a peer, its track and the slots of its subscribers, kept
 * for retransmission, collected by receiver, padded, encrypted, counted, and reported on.
 */
@ExtendWith(WithoutLeakTracing.class)
final class SessionAllocationTest {
    private static final int SUBSCRIBERS = 4;
    private static final int PACKETS = 20_000;
    /** All rounds together end before consent does, as nobody checks here. */
    private static final long INTERVAL_NS = 100_000L;

    @Test
    void forwardsAndRepeatsAudioAndVideoWithoutGarbage() {
        assertNoGarbage(SimulatedSfu.Setup.of(100).withCiphers(new ClearCiphers()));
    }

    @Test
    void doesSoForViewersOnAnotherShard() {
        assertNoGarbage(
                SimulatedSfu.Setup.of(100).withCiphers(new ClearCiphers()).withShards(2, 1));
    }

    @Test
    void doesSoWithTheCiphersOfThisMachine() {
        SrtpCipherProvider ciphers = SrtpCipherProviders.select(SrtpCipherProviders.AUTO, System::nanoTime)
                .serving(SimulatedDtls.PROFILE);
        assumeFalse(ciphers instanceof JdkSrtpCipherProvider, "the JDK's ciphers make garbage, and here are no others");
        assertNoGarbage(SimulatedSfu.Setup.of(100).withCiphers(ciphers));
    }

    private void assertNoGarbage(SimulatedSfu.Setup setup) {
        try (SimulatedSfu sfu = new SimulatedSfu(100, setup)) {
            SimulatedClient alice = Call.member(sfu, "alice");
            List<SimulatedClient> viewers = new ArrayList<>();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                SimulatedClient viewer = sfu.client("viewer" + i);
                viewer.slot(MediaKind.AUDIO);
                viewer.slot(MediaKind.VIDEO);
                viewer.join();
                viewer.subscribe("0", alice.trackId(Call.MICROPHONE));
                viewer.subscribe("1", alice.trackId(Call.CAMERA));
                viewers.add(viewer);
            }
            List<byte[]> recorded = new ArrayList<>();
            alice.path().up().filter(datagram -> {
                recorded.add(datagram.clone());
                return true;
            });
            sfu.runMs(1_000);
            alice.media().stopSources();
            sfu.runMs(100);
            viewers.forEach(viewer -> Call.assertContinuous(viewer.received("1")));

            byte[] audio = last(recorded, SimulatedOffer.OPUS);
            byte[] video = last(recorded, SimulatedOffer.VP8);
            Replay replay = new Replay(sfu, alice, audio, video, new Nacks(viewers.getFirst()));
            assertEquals(0, replay.leastAllocated());
        }
    }

    private static byte[] last(List<byte[]> recorded, int payloadType) {
        return recorded.stream()
                .filter(datagram -> (datagram[0] & 0x80) != 0 && (datagram[1] & 0x7F) == payloadType)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Sends packets with the headers of two that were recorded again and again, with numbers that go on. */
    private static final class Replay {
        /** Packets of one turn: a frame, and a packet of audio. */
        private static final int TURN = 4;

        private final SimulatedSfu sfu;
        private final SimulatedClient publisher;
        private final TransportAddress from;
        private final RtpPacket rtp = new RtpPacket();
        private final Nacks nacks;
        private final byte[] audio;
        private final byte[] video;
        private final int transportOffset;
        private final int audioSequence;
        private final int videoSequence;
        private final long startNs;
        private int sent;

        Replay(SimulatedSfu sfu, SimulatedClient publisher, byte[] audio, byte[] video, Nacks nacks) {
            this.sfu = sfu;
            this.nacks = nacks;
            this.publisher = publisher;
            this.from = publisher.path().address();
            this.audio = audio;
            this.video = video;
            PacketBuffer packet = fill(sfu.pool(), video);
            assertTrue(rtp.wrap(packet));
            transportOffset = rtp.extensionOffset(SimulatedOffer.TRANSPORT_CC);
            videoSequence = packet.u16(2);
            packet.release();
            audioSequence = (audio[2] & 0xFF) << 8 | audio[3] & 0xFF;
            startNs = sfu.clock().nowNs();
        }

        /** Of the best round: in others the just-in-time compiler may put objects back that it had made away with. */
        long leastAllocated() {
            sfu.detach();
            return AllocationMeter.leastBytes(() -> {
                long outBefore = sfu.media().packetsOut().value();
                long repeatedBefore = sfu.media().packetsRetransmitted().value();
                run();
                long out = sfu.media().packetsOut().value() - outBefore;
                assertTrue(out >= (long) PACKETS * SUBSCRIBERS, "packets were not forwarded");
                long repeated = sfu.media().packetsRetransmitted().value() - repeatedBefore;
                assertTrue(repeated > 150, "packets were not sent again");
            });
        }

        private void run() {
            for (int i = 0; i < PACKETS; i++) {
                sent++;
                long nowNs = startNs + sent * INTERVAL_NS;
                boolean isAudio = sent % TURN == 0;
                PacketBuffer packet = fill(sfu.pool(), isAudio ? audio : video);
                long turns = sent / TURN;
                int units = (int) (turns * TURN * INTERVAL_NS / 1_000_000) * (isAudio ? 48 : 90);
                packet.putU16(2, isAudio ? audioSequence + sent / TURN : videoSequence + sent - sent / TURN);
                packet.putI32(4, packet.i32(4) + units);
                packet.putU16(transportOffset, packet.u16(transportOffset) + sent);
                protect(packet, isAudio);
                sfu.directory().onDatagram(packet, from, nowNs);
                packet.release();
                if (isAudio) {
                    sfu.runDeadlines(nowNs);
                }
                if (sent % 100 == 0) {
                    nacks.send(sent - sent / TURN, nowNs);
                }
            }
        }

        /** Puts a payload in place of the encrypted one: frames whose packets differ by a byte, the larger last. */
        private void protect(PacketBuffer packet, boolean isAudio) {
            assertTrue(rtp.wrap(packet));
            int start = rtp.headerLength();
            if (isAudio) {
                packet.length(start + 60);
            } else {
                packet.putI32(start, 0x90E0_8064);
                packet.putI32(start + 4, 0x0700_0100);
                packet.length(start + 1_000 + (sent % TURN == TURN - 1 ? 1 : 0));
            }
            publisher.protect(packet, start, rtp.ssrc(), rtp.sequenceNumber());
        }
    }

    /** One viewer asks again for a video packet that it has just been sent. */
    private static final class Nacks {
        private static final int LENGTH = 16;

        private final TransportAddress from;
        private final SimulatedClient viewer;
        private final byte[] compound = new byte[LENGTH];
        private final int lastSequence;

        Nacks(SimulatedClient viewer) {
            this.viewer = viewer;
            from = viewer.path().address();
            lastSequence = (int) viewer.received("1").last().sequence();
            // RFC 4585 §6.2.1: a generic NACK with one entry.
            ByteBuffer.wrap(compound)
                    .putInt(0x81CD_0003)
                    .putInt(viewer.media().localSsrc())
                    .putInt(viewer.received("1").ssrc());
        }

        void send(int packetsSince, long nowNs) {
            PacketBuffer packet = fill(viewer.shard().pool(), compound);
            packet.putU16(12, lastSequence + packetsSince - 3);
            viewer.protectRtcp(packet);
            viewer.shard().directory().onDatagram(packet, from, nowNs);
            packet.release();
        }
    }

    private static PacketBuffer fill(PacketPool pool, byte[] bytes) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.length(bytes.length);
        packet.putBytes(0, bytes, 0, bytes.length);
        return packet;
    }
}
