package dev.parley.sfu.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.crypto.JdkSrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import dev.parley.sfu.stream.OutgoingPacket;
import dev.parley.sfu.stream.OutgoingPackets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MediaSenderTest {
    private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;
    private static final TransportAddress REMOTE = address(1);
    private static final int PAYLOAD_OFFSET = 20;
    private static final int SSRC = 7;
    private static final int RUN_BYTES = 64 << 10;

    private final PacketPool pool = PacketPool.bounded(256);
    /** How many packets had been sent by each share's end. */
    private final List<Integer> shares = new ArrayList<>();

    private final SendQueue queue = new SendQueue(pool, _ -> {}, this::shared);
    private final DropCounters drops = new DropCounters();
    private final List<byte[]> sent = new ArrayList<>();
    private final List<TransportAddress> remotes = new ArrayList<>();
    private final MediaSender sender = new MediaSender(new Transport(), settings(), ssrc -> Pacer.Priority.VIDEO);
    private final PacketBuffer source = Objects.requireNonNull(pool.acquire());
    /** How long the runs were that were written in one place. */
    private final List<Integer> runs = new ArrayList<>();

    private boolean takesRuns;
    private int sequence = 1;

    @AfterEach
    void everyPacketIsBackInThePool() {
        queue.drain();
        source.release();
        assertEquals(0, pool.outstanding());
        pool.close();
    }

    @Test
    void nothingLeavesBeforeTheTurnEnds() {
        connect(1);
        send(SSRC, 100);
        assertEquals(0, sent.size());
        queue.drain();
        assertEquals(1, sent.size());
        assertTrue(queue.isEmpty());
        queue.drain();
        assertEquals(1, sent.size());
    }

    @Test
    void paddedPacketIsReadAsItWasSent() {
        connect(1);
        fill(120);
        send(SSRC, 100);
        send(SSRC, 101);
        queue.drain();
        assertEquals(sent.get(0).length, sent.get(1).length);
        assertTrue((sent.get(0)[0] & 0x20) != 0);
        assertFalse((sent.get(1)[0] & 0x20) != 0);
        SrtpReceiver receiver = receiver(1);
        assertEquals(100, payloadLength(receiver, sent.get(0)));
        assertEquals(101, payloadLength(receiver, sent.get(1)));
    }

    @Test
    void packetsOfOneSizeAreWrittenOneBehindTheOther() {
        takesRuns = true;
        connect(1);
        send(SSRC, 100);
        send(SSRC, 100);
        send(SSRC, 100);
        queue.drain();
        assertEquals(List.of(3), runs);
        SrtpReceiver receiver = receiver(1);
        for (byte[] datagram : sent) {
            assertEquals(100, payloadLength(receiver, datagram));
        }
        send(SSRC, 100);
        send(SSRC, 90);
        queue.drain();
        assertEquals(List.of(3), runs, "of two sizes");
        assertEquals(5, sent.size());
    }

    @Test
    void packetThatIsRefusedLeavesNoGapInItsRun() {
        takesRuns = true;
        connect(1);
        send(SSRC, 100);
        sequence--;
        send(SSRC, 100);
        send(SSRC, 100);
        queue.drain();
        assertEquals(List.of(2), runs);
        assertEquals(1, drops.value(DropReason.SRTP_REPLAYED));
        SrtpReceiver receiver = receiver(1);
        assertEquals(100, payloadLength(receiver, sent.get(0)));
        assertEquals(100, payloadLength(receiver, sent.get(1)));
    }

    @Test
    void otherKeysFindNothingPendingUnderTheOldOnes() {
        connect(1);
        send(SSRC, 100);
        sender.secure(srtp(2));
        assertEquals(1, sent.size());
        send(SSRC, 100);
        queue.drain();
        assertEquals(100, payloadLength(receiver(1), sent.get(0)));
        assertEquals(100, payloadLength(receiver(2), sent.get(1)));
    }

    @Test
    void wipingTheKeysSendsWhatWasMeantForThem() {
        connect(1);
        send(SSRC, 100);
        sender.unsecure();
        assertEquals(1, sent.size());
        assertNull(sender.begin());
        assertEquals(1, drops.value(DropReason.NOT_CONNECTED));
    }

    @Test
    void endOfAStreamSendsItsLastPacketsFirst() {
        connect(1);
        send(SSRC, 100);
        sender.forget(SSRC);
        assertEquals(1, sent.size());
    }

    @Test
    void lostConsentDropsWhatIsPending() {
        connect(1);
        send(SSRC, 100);
        send(SSRC, 100);
        sender.remote(null);
        queue.drain();
        assertEquals(0, sent.size());
        assertEquals(2, drops.value(DropReason.NOT_CONNECTED));
    }

    @Test
    void anotherAddressGetsWhatIsPending() {
        connect(1);
        send(SSRC, 100);
        sender.remote(address(2));
        queue.drain();
        assertEquals(List.of(address(2)), remotes);
    }

    @Test
    void reportsFollowTheMediaTheyAreAbout() {
        connect(1);
        send(SSRC, 100);
        PacketBuffer compound = Objects.requireNonNull(pool.acquire());
        RtcpWriter writer = new RtcpWriter();
        writer.begin(compound);
        writer.receiverReport(SSRC);
        sender.sendRtcp(compound);
        compound.release();
        assertEquals(2, sent.size());
        assertEquals(96, sent.get(0)[1] & 0x7F);
        assertEquals(201, sent.get(1)[1] & 0xFF);
    }

    @Test
    void moreThanFitsLeavesEarlyAndInOrder() {
        connect(1);
        int packets = 3 * PendingPackets.CAPACITY + 5;
        for (int i = 0; i < packets; i++) {
            send(SSRC, 100);
        }
        assertTrue(sent.size() >= packets - PendingPackets.CAPACITY);
        queue.drain();
        assertEquals(packets, sent.size());
        for (int i = 0; i < packets; i++) {
            assertEquals(i + 1, (sent.get(i)[2] & 0xFF) << 8 | sent.get(i)[3] & 0xFF);
        }
    }

    @Test
    void emptyPoolKeepsNobodyFromSending() {
        connect(1);
        List<PacketBuffer> taken = new ArrayList<>();
        for (PacketBuffer packet = pool.acquire(); packet != null; packet = pool.acquire()) {
            taken.add(packet);
        }
        send(SSRC, 100);
        queue.drain();
        assertEquals(1, sent.size());
        taken.forEach(PacketBuffer::release);
    }

    @Test
    void anotherPeersTurnSendsWhatIsPending() {
        MediaSender other = new MediaSender(new Transport(), settings(), ssrc -> Pacer.Priority.VIDEO);
        other.secure(srtp(2));
        other.remote(address(2));
        connect(1);
        send(SSRC, 100);
        assertTrue(other.begin() != null);
        assertEquals(List.of(REMOTE), remotes);
        send(SSRC, 100);
        assertEquals(1, remotes.size());
        queue.drain();
        assertEquals(List.of(REMOTE, REMOTE), remotes);
    }

    @Test
    void turnWithMuchToSendIsSharedOutBetweenReceivers() {
        connect(1);
        for (int i = 0; i < 2 * SendQueue.SHARE_PACKETS; i++) {
            send(SSRC, 100);
        }
        queue.receiverDone();
        send(SSRC, 100);
        queue.receiverDone();
        queue.drain();
        assertEquals(List.of(2 * SendQueue.SHARE_PACKETS), shares);
    }

    private void shared() {
        shares.add(sent.size());
    }

    @Test
    void packetThatIsOnlyBegunLeavesNothingBehind() {
        connect(1);
        assertTrue(sender.begin() != null);
        queue.drain();
        assertEquals(0, sent.size());
        assertEquals(1, pool.outstanding());
    }

    private void connect(int key) {
        sender.secure(srtp(key));
        sender.remote(REMOTE);
    }

    private void fill(int value) {
        for (int i = 0; i < 200; i++) {
            source.putU8(PAYLOAD_OFFSET + i, value);
        }
    }

    private void send(int ssrc, int length) {
        OutgoingPacket packet = Objects.requireNonNull(sender.begin());
        OutgoingPackets.fill(packet, ssrc, sequence++, source, PAYLOAD_OFFSET, length, true);
        sender.send(packet);
    }

    private int payloadLength(SrtpReceiver receiver, byte[] datagram) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.putBytes(0, datagram, 0, datagram.length);
        packet.length(datagram.length);
        RtpPacket rtp = new RtpPacket();
        assertTrue(rtp.wrap(packet));
        assertNull(receiver.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber()));
        assertTrue(rtp.refreshPayload());
        packet.release();
        return rtp.payloadLength();
    }

    private static SrtpSender srtp(int key) {
        return new SrtpSender(PROFILE, masterKey(key), new byte[12], new JdkSrtpCipherProvider());
    }

    private static SrtpReceiver receiver(int key) {
        return new SrtpReceiver(PROFILE, masterKey(key), new byte[12], new JdkSrtpCipherProvider());
    }

    private static byte[] masterKey(int key) {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) key;
        return bytes;
    }

    private static TransportAddress address(int number) {
        return TransportAddress.ofIpv4(TransportAddress.Transport.UDP, 0x0A00_0000 | number, 1_000);
    }

    private PeerSettings settings() {
        return new PeerSettings(
                List.of(),
                Fingerprint.of("sha-256", new byte[] {1}),
                (remote, listener) -> null,
                new JdkSrtpCipherProvider(),
                pool,
                queue,
                new PeerDirectory(drops),
                drops,
                new MediaCounters(),
                SfuConfig.Limits.defaults(),
                1,
                0,
                new Random(1));
    }

    /** Keeps what is sent. */
    private final class Transport implements PeerTransport {
        private final PacketBuffer place = pool.window(PacketPool.PACKET_CAPACITY);
        private final PacketBuffer runPlace = pool.window(RUN_BYTES);
        private int runSize;

        @Override
        public @Nullable PacketBuffer placeRun(TransportAddress remote, int datagrams, int bytes) {
            if (!takesRuns) {
                return null;
            }
            runSize = bytes;
            runPlace.moveTo(0);
            return runPlace;
        }

        @Override
        public void transmitPlaced(int datagrams) {
            for (int i = 0; i < datagrams; i++) {
                runPlace.moveTo(i * runSize);
                runPlace.length(runSize);
                transmit(runPlace, REMOTE);
            }
            runs.add(datagrams);
        }

        @Override
        public PacketBuffer place(TransportAddress remote) {
            place.moveTo(0);
            return place;
        }

        @Override
        public void transmit(PacketBuffer packet, TransportAddress remote) {
            sent.add(packet.toByteArray());
            remotes.add(remote);
        }

        @Override
        public void verified(TransportAddress remote) {}

        @Override
        public void released(TransportAddress remote) {}

        @Override
        public long nowNs() {
            return 0;
        }

        @Override
        public void deadlineMoved() {}

        @Override
        public void secured(SrtpProfile profile) {}

        @Override
        public void closed() {}
    }
}
