package dev.parley.sfu.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.room.ParticipantState;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand who come and go while media flows, packets are lost and repaired, keyframes asked for and sessions
 * negotiated anew, at random: nothing of them stays.
 */
final class ChurnScenarioTest {
    private static final long SEED = 4_711;
    private static final int JOINS = 10_000;
    private static final int MAX_MEMBERS = 7;
    /** What those who have left may still have under way or wait for: the consent of those who vanished. */
    private static final long SETTLE_MS = 30_000;

    private static final int MAX_COLLECTIONS = 20;

    @Test
    void tenThousandJoinsAndLeavesLeaveNothingBehind() {
        SimulatedSfu.Setup setup = SimulatedSfu.Setup.of(SEED).withCiphers(new ClearCiphers());
        List<WeakReference<ParticipantState>> everybody = new ArrayList<>(JOINS);
        try (SimulatedSfu sfu = new SimulatedSfu(SEED, setup)) {
            Churn churn = new Churn(sfu, everybody);
            for (int i = 0; i < JOINS; i++) {
                churn.step();
            }
            churn.end();
            assertTrue(churn.provedItself(), churn.toString());
            sfu.runMs(SETTLE_MS);
            assertEquals(0, sfu.pool().outstanding(), "packets are held");
            assertEquals(0, sfu.peerCount(), "peers are left");
            assertEquals(0, sfu.directory().addressCount(), "addresses are left");
            assertEquals(0, sfu.directory().usernameCount(), "username fragments are left");
            assertEquals(0, sfu.room().participantCount());
            // The room, still open, waits for its own end, of which an earlier wait may be on the clock.
            assertTrue(sfu.clock().pending() <= 2, sfu.clock().pending() + " timers are left");
            assertEquals(0, reachable(everybody), "participants are reachable that have left");
        }
    }

    /** How many are still referred to; those who are not go with one of the first collections. */
    private static long reachable(List<WeakReference<ParticipantState>> references) {
        long reachable = references.size();
        for (int i = 0; i < MAX_COLLECTIONS && reachable > 0; i++) {
            System.gc();
            reachable = references.stream()
                    .filter(reference -> reference.get() != null)
                    .count();
        }
        return reachable;
    }

    /** Who is in the room now, and what happens to them. */
    private static final class Churn {
        private final SimulatedSfu sfu;
        private final List<WeakReference<ParticipantState>> everybody;
        private final Random random;
        private final List<SimulatedClient> members = new ArrayList<>();
        private long lost;
        private long negotiations;
        private long keyframeRequests;

        Churn(SimulatedSfu sfu, List<WeakReference<ParticipantState>> everybody) {
            this.sfu = sfu;
            this.everybody = everybody;
            this.random = new Random(sfu.network().seed());
        }

        /** One joins, something happens to the others, and one leaves if there are many. */
        void step() {
            SimulatedClient joined = join();
            everybody.add(new WeakReference<>(joined.participant()));
            members.add(joined);
            for (int i = random.nextInt(3); i > 0; i--) {
                disturb(any());
                sfu.runMs(random.nextInt(10));
            }
            sfu.runMs(random.nextInt(30));
            if (members.size() > random.nextInt(MAX_MEMBERS)) {
                leave(members.remove(random.nextInt(members.size())));
            }
        }

        private SimulatedClient join() {
            SimulatedClient client = sfu.client("member" + everybody.size());
            client.microphone().start();
            client.camera().shape(25, 2, 100).start();
            client.slot(MediaKind.AUDIO);
            client.slot(MediaKind.VIDEO);
            client.join();
            client.path().conditions(LinkConditions.perfect().withDelayMs(1).withLoss(0.1));
            if (!members.isEmpty()) {
                watch(client, any());
                watch(any(), client);
            }
            return client;
        }

        private void disturb(SimulatedClient member) {
            switch (random.nextInt(9)) {
                case 0 -> {
                    member.slot(MediaKind.VIDEO);
                    negotiate(member);
                }
                case 1 -> {
                    stopOrStart(member, Call.VIDEO_SLOT);
                    negotiate(member);
                }
                case 2 -> {
                    stopOrStart(member, Call.CAMERA);
                    negotiate(member);
                }
                case 3 -> askForKeyframe(member);
                case 4 -> member.switchNetwork();
                case 5 -> member.restartIce();
                case 6 -> member.closeDtls();
                case 7 ->
                    member.participant()
                            .unsubscribe(Call.AUDIO_SLOT, sfu.clock().nowNs());
                default -> watch(member, any());
            }
        }

        private static void stopOrStart(SimulatedClient member, String mid) {
            SimulatedOffer.Section section = member.offer().section(mid);
            String running = mid.equals(Call.CAMERA) ? "sendonly" : "recvonly";
            section.direction = section.direction.equals(running) ? "inactive" : running;
        }

        private void negotiate(SimulatedClient member) {
            member.negotiate();
            negotiations++;
        }

        private void askForKeyframe(SimulatedClient member) {
            ReceivedStream video = member.slots().get(Call.VIDEO_SLOT);
            if (video != null && member.isConnected()) {
                member.media().sendPli(video);
                keyframeRequests++;
            }
        }

        /** Puts into the slots that {@code member} has now what {@code publisher} publishes now. */
        private static void watch(SimulatedClient member, SimulatedClient publisher) {
            for (TrackInfo track : publisher.participant().info().tracks()) {
                String slot = track.kind() == MediaKind.AUDIO ? Call.AUDIO_SLOT : Call.VIDEO_SLOT;
                if (member.slots().containsKey(slot)) {
                    member.subscribe(slot, track.id());
                }
            }
        }

        private void leave(SimulatedClient member) {
            lost += member.path().up().lost() + member.path().down().lost();
            switch (random.nextInt(4)) {
                case 0 -> {
                    member.vanish();
                    member.participant()
                            .leave(LeaveReason.TIMED_OUT, sfu.clock().nowNs());
                }
                case 1 -> {
                    // Its last datagrams are still under way, and the server's to it.
                    member.participant().leave(LeaveReason.REMOVED, sfu.clock().nowNs());
                    sfu.runMs(2);
                    member.vanish();
                }
                default -> member.leave();
            }
        }

        void end() {
            while (!members.isEmpty()) {
                sfu.runMs(100);
                leave(members.removeLast());
            }
            sfu.events().clear();
        }

        private SimulatedClient any() {
            return members.get(random.nextInt(members.size()));
        }

        /** Whether all has happened that could have left something behind. */
        boolean provedItself() {
            return sfu.media().packetsForwarded().value() > 2L * JOINS
                    && sfu.media().packetsRetransmitted().value() > JOINS / 50
                    && keyframeRequests > JOINS / 50
                    && negotiations > JOINS / 5
                    && lost > JOINS;
        }

        @Override
        public String toString() {
            return "forwarded=" + sfu.media().packetsForwarded().value() + " retransmitted="
                    + sfu.media().packetsRetransmitted().value() + " keyframe-requests=" + keyframeRequests
                    + " negotiations=" + negotiations + " lost=" + lost;
        }
    }
}
