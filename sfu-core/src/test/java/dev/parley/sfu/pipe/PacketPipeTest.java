package dev.parley.sfu.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.peer.ReplicaDirectory;
import dev.parley.sfu.peer.TrackReplica;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ring by itself: what crosses, in what order, and what becomes of what does not fit. */
final class PacketPipeTest {
    private static final int CAPACITY = 8;

    private final PacketPool from = PacketPool.bounded(64);
    private final PacketPool to = PacketPool.bounded(64);
    private final DropCounters drops = new DropCounters();
    private final DropCounters farDrops = new DropCounters();
    private final ReplicaDirectory replicas = new ReplicaDirectory(farDrops);
    private final PipeCounters counters = new PipeCounters();
    private final PacketPipe pipe = new PacketPipe(CAPACITY, drops);
    private final PipeEnd end = new PipeEnd(to, replicas, counters);

    @AfterEach
    void closePools() {
        assertEquals(0, from.outstanding());
        assertEquals(0, to.outstanding());
        from.close();
        to.close();
    }

    private boolean send(int channel) {
        PacketBuffer packet = Objects.requireNonNull(from.acquire());
        packet.length(20);
        boolean sent = pipe.sendPacket(channel, packet);
        packet.release();
        return sent;
    }

    private void drain(int limit) {
        pipe.look();
        pipe.drain(limit, end, 0);
    }

    @Test
    void nothingIsSeenBeforeItIsPublished() {
        assertTrue(send(1));
        assertTrue(pipe.isEmpty());
        drain(10);
        assertEquals(0, counters.packets().value());
        assertTrue(pipe.publish());
        assertFalse(pipe.publish(), "there is nothing more to show");
        assertFalse(pipe.isEmpty());
        drain(10);
        assertEquals(1, counters.packets().value());
        assertEquals(20, counters.bytes().value());
        assertTrue(pipe.isEmpty());
        assertEquals(1, from.outstanding(), "the writer gives back what it retained when it looks again");
        pipe.publish();
    }

    @Test
    void whatDoesNotFitIsRefusedAndCounted() {
        for (int i = 0; i < CAPACITY; i++) {
            assertTrue(send(1));
        }
        assertFalse(send(1));
        assertEquals(1, drops.value(DropReason.PIPE_FULL));
        pipe.publish();
        assertFalse(send(1));
        drain(3);
        for (int i = 0; i < 3; i++) {
            assertTrue(send(1));
        }
        assertFalse(send(1));
        pipe.publish();
        drain(CAPACITY);
        pipe.publish();
        assertEquals(CAPACITY + 3, counters.packets().value());
        assertEquals(3, drops.value(DropReason.PIPE_FULL));
    }

    @Test
    void packetsForATrackThatNobodyWatchesAnyMoreAreCounted() {
        int channel = replicas.add(new TrackReplica("TR_1", MediaKind.VIDEO, TrackSource.CAMERA, new NoOrigin()));
        assertTrue(send(channel));
        pipe.publish();
        replicas.remove(channel);
        int next = replicas.add(new TrackReplica("TR_2", MediaKind.VIDEO, TrackSource.CAMERA, new NoOrigin()));
        drain(10);
        pipe.publish();
        assertEquals(1, farDrops.value(DropReason.PIPE_CLOSED), "it must not reach track 2, channel " + next);
    }

    @Test
    void emptyPoolOfTheReaderCostsThePacketAndNothingElse() {
        List<PacketBuffer> taken = new ArrayList<>();
        for (PacketBuffer packet = to.acquire(); packet != null; packet = to.acquire()) {
            taken.add(packet);
        }
        assertTrue(send(1));
        pipe.publish();
        drain(10);
        pipe.publish();
        assertEquals(1, farDrops.value(DropReason.POOL_EMPTY));
        assertEquals(0, from.outstanding());
        taken.forEach(PacketBuffer::release);
    }

    @Test
    void closedPipeGivesEverythingBackAndIsReadNoMore() {
        for (int i = 0; i < 5; i++) {
            assertTrue(send(1));
        }
        pipe.publish();
        pipe.look();
        pipe.close();
        assertEquals(0, from.outstanding());
        pipe.drain(10, end, 0);
        assertEquals(0, counters.packets().value());
        assertTrue(pipe.isEmpty());
    }

    private static final class NoOrigin implements TrackReplica.Origin {
        @Override
        public void keyframeWanted(int ssrc) {}

        @Override
        public void unused() {}
    }
}
