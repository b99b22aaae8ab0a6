package dev.parley.sfu.simulation;

import static dev.parley.sfu.simulation.Call.AUDIO_SLOT;
import static dev.parley.sfu.simulation.Call.VIDEO_SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.stats.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A participant with good keys and bad intentions: nobody else notices, and nothing grows. */
final class HostileClientScenarioTest {
    private static final int SEQUENCE = 2_000;

    /** Mallory in a room with Alice, whom Bob watches; Mallory watches Alice too, and Bob has a slot on Mallory. */
    private static final class Stage implements AutoCloseable {
        final SimulatedSfu sfu;
        final SimulatedClient bob;
        final SimulatedClient mallory;
        final Random random;
        final RtpHeaderWriter header = new RtpHeaderWriter();
        final String extraSlot;
        private final long sentBefore;

        Stage(long seed) {
            sfu = new SimulatedSfu(seed);
            random = new Random(sfu.network().seed());
            SimulatedClient alice = Call.member(sfu, "alice");
            bob = Call.member(sfu, "bob");
            mallory = Call.member(sfu, "mallory");
            extraSlot = bob.slot(MediaKind.VIDEO);
            bob.negotiate();
            Call.watch(bob, alice);
            Call.watch(mallory, alice);
            bob.subscribe(extraSlot, mallory.trackId(Call.CAMERA));
            sfu.runMs(1_000);
            // From here on it sends only what the test makes.
            mallory.media().stopSources();
            sfu.events().clear();
            sentBefore = mallory.path().down().sent();
        }

        int camera() {
            return mallory.offer().section(Call.CAMERA).ssrc;
        }

        /** An RTP packet of Mallory's with these header extensions and a random payload. */
        void rtp(int ssrc, int sequence, int payloadType, String mid, String rid, String repairedRid) {
            PacketBuffer packet = mallory.acquire();
            header.begin(packet, payloadType, random.nextBoolean(), sequence, random.nextInt(), ssrc);
            extension(SimulatedOffer.MID, mid);
            extension(SimulatedOffer.RID, rid);
            extension(SimulatedOffer.REPAIRED_RID, repairedRid);
            header.extensionU16(SimulatedOffer.TRANSPORT_CC, random.nextInt(0x1_0000));
            int headerLength = header.finish();
            byte[] payload = new byte[random.nextInt(60)];
            random.nextBytes(payload);
            packet.length(headerLength + payload.length);
            packet.putBytes(headerLength, payload, 0, payload.length);
            if (random.nextInt(4) == 0) {
                packet.putU8(0, packet.u8(0) | 0x20);
            }
            mallory.sendRtp(packet, headerLength, ssrc, sequence);
        }

        private void extension(int id, String text) {
            if (!text.isEmpty()) {
                header.extensionBytes(id, text.getBytes(StandardCharsets.UTF_8));
            }
        }

        /** An RTCP packet of Mallory's with these bytes behind the header. */
        void rtcp(int first, int type, byte[] body) {
            PacketBuffer packet = mallory.acquire();
            packet.length(4 + body.length);
            packet.putU8(0, first);
            packet.putU8(1, type);
            packet.putU16(2, body.length / 4);
            packet.putBytes(4, body, 0, body.length);
            mallory.sendRtcp(packet);
        }

        void assertNobodyNoticed() {
            sfu.runMs(500);
            Call.assertContinuous(bob.received(VIDEO_SLOT));
            Call.assertContinuous(bob.received(AUDIO_SLOT));
            assertEquals(0, bob.media().refused());
            assertEquals(3, sfu.addressCount());
            assertTrue(sfu.packetsHeld() < 1_500, sfu.packetsHeld() + " packets held");
            assertTrue(sfu.events().size() < 40, sfu.events().size() + " events");
        }

        long sentToMallory() {
            return mallory.path().down().sent() - sentBefore;
        }

        @Override
        public void close() {
            sfu.close();
        }
    }

    @Test
    void randomPayloadsInKnownStreamsHarmNobody() {
        try (Stage stage = new Stage(90)) {
            for (int i = 0; i < 5_000; i++) {
                int payloadType =
                        List.of(96, 97, 111, stage.random.nextInt(128)).get(stage.random.nextInt(4));
                stage.rtp(stage.camera(), SEQUENCE + i, payloadType, "", "", "");
                if (i % 10 == 0) {
                    stage.sfu.runMs(1);
                }
            }
            stage.assertNobodyNoticed();
        }
    }

    @Test
    void thousandsOfSsrcsTakeABoundedPlace() {
        try (Stage stage = new Stage(91)) {
            String[] mids = {Call.MICROPHONE, Call.CAMERA, VIDEO_SLOT, "none", "", "\u0000\uffff", "0123456789abcdef0"};
            String[] rids = {"", "q", "none"};
            for (int i = 0; i < 4_000; i++) {
                stage.rtp(
                        stage.random.nextInt(),
                        SEQUENCE,
                        List.of(96, 97, 111, 5).get(stage.random.nextInt(4)),
                        mids[stage.random.nextInt(mids.length)],
                        rids[stage.random.nextInt(rids.length)],
                        rids[stage.random.nextInt(rids.length)]);
                if (i % 20 == 0) {
                    stage.sfu.runMs(1);
                }
            }
            assertTrue(stage.sfu.dropped(DropReason.RTP_STREAM_LIMIT) > 1_000, "there is no limit");
            stage.assertNobodyNoticed();
            // A keyframe request for each new stream is more than it would ever be worth.
            assertTrue(stage.sentToMallory() < 4_000, stage.sentToMallory() + " packets in return");
        }
    }

    @Test
    void formatsThatWereNotNegotiatedDoNotTakeATracksPlace() {
        try (Stage stage = new Stage(92)) {
            stage.sfu.runMs(40);
            stage.mallory.media().startSources();
            stage.sfu.runMs(500);
            for (int i = 0; i < 100; i++) {
                stage.rtp(stage.random.nextInt(), SEQUENCE, 120, Call.CAMERA, "", "");
            }
            stage.sfu.runMs(2_000);
            Call.assertContinuous(stage.bob.received(stage.extraSlot));
            assertTrue(stage.bob.received(stage.extraSlot).decodable() > 60, "the track was replaced");
        }
    }

    @Test
    void randomRtcpHarmsNobody() {
        try (Stage stage = new Stage(93)) {
            for (int i = 0; i < 10_000; i++) {
                byte[] body = new byte[4 * stage.random.nextInt(1, 30)];
                stage.random.nextBytes(body);
                if (stage.random.nextBoolean()) {
                    pointAtAStream(stage, body);
                }
                int first = 0x80 | stage.random.nextInt(64);
                stage.rtcp(first, stage.random.nextBoolean() ? stage.random.nextInt(200, 208) : 192, body);
                if (i % 20 == 0) {
                    stage.sfu.runMs(1);
                }
            }
            stage.assertNobodyNoticed();
        }
    }

    /** Puts SSRCs that exist where feedback has those that it is about. */
    private static void pointAtAStream(Stage stage, byte[] body) {
        int[] known = {
            stage.mallory.received(VIDEO_SLOT).ssrc(),
            stage.mallory.received(VIDEO_SLOT).rtxSsrc(),
            stage.mallory.received(AUDIO_SLOT).ssrc(),
            stage.camera()
        };
        for (int at = 0; at + 4 <= Math.min(body.length, 12); at += 4) {
            int ssrc = known[stage.random.nextInt(known.length)];
            for (int i = 0; i < 4; i++) {
                body[at + i] = (byte) (ssrc >>> (24 - 8 * i));
            }
        }
    }

    @Test
    void publisherThatChangesItsCodecWithEveryPacketIsToldOfSeldom() {
        try (Stage stage = new Stage(94)) {
            stage.mallory.offer().section(Call.CAMERA).vp9 = true;
            stage.mallory.negotiate();
            stage.sfu.events().clear();
            for (int i = 0; i < 1_000; i++) {
                stage.rtp(
                        stage.camera(), SEQUENCE + i, i % 2 == 0 ? SimulatedOffer.VP8 : SimulatedOffer.VP9, "", "", "");
                stage.sfu.runMs(2);
            }
            assertEquals(0, stage.sfu.dropped(DropReason.RTP_UNKNOWN_PAYLOAD_TYPE));
            assertTrue(
                    stage.sfu.events(RoomEvent.ParticipantUpdated.class).size() < 5,
                    stage.sfu.events().size() + " events");
        }
    }

    @Test
    void whatBelongsToOthersCannotBeAskedFor() {
        try (Stage stage = new Stage(95)) {
            ReceivedStream bobs = stage.bob.received(VIDEO_SLOT);
            long before = stage.sfu.media().packetsRetransmitted().value();
            stage.mallory.media().sendPli(bobs);
            PacketBuffer packet = stage.mallory.acquire();
            packet.length(16);
            packet.putI32(0, 0x81CD_0003);
            packet.putI32(4, stage.mallory.media().localSsrc());
            packet.putI32(8, bobs.ssrc());
            packet.putI32(12, (int) bobs.last().sequence() << 16 | 0xFFFF);
            stage.mallory.sendRtcp(packet);
            stage.mallory.media().sendBye(stage.bob.offer().section(Call.CAMERA).ssrc);
            stage.sfu.runMs(100);
            assertEquals(before, stage.sfu.media().packetsRetransmitted().value());
            stage.assertNobodyNoticed();
        }
    }
}
