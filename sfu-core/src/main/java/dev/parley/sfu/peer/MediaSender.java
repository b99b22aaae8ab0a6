package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.congestion.SendSideEstimator;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.srtp.SrtpSender;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import dev.parley.sfu.stream.OutgoingPacket;
import dev.parley.sfu.stream.PacketSink;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The last step of the media path: collects what is to be sent to one peer, then encrypts it in one go and hands it to
 * the port. Owned by the shard.
 *
 * <p>Packets are pending until another peer's turn comes, the turn ends, or something comes that must find them gone:
 * other keys, the end of a stream, a report, a full list. So none leaves under other keys than those it was meant for.
 */
final class MediaSender implements PacketSink {
    private static final int PADDING_BIT = 0x20;

    private final PeerTransport transport;
    private final SendQueue queue;
    /** The shard's, for what this sends while it owns it. */
    private final PendingPackets pending;

    private final DropCounters drops;
    private final MediaCounters media;
    private final Downlink downlink;
    private @Nullable SrtpSender srtp;
    private @Nullable TransportAddress remote;
    /** What has left of what was pending. */
    private int sent;

    private long sentBytes;

    /** @param priorities of the packets of an SSRC */
    MediaSender(PeerTransport transport, PeerSettings settings, IntFunction<Pacer.Priority> priorities) {
        this.transport = transport;
        this.queue = settings.sends();
        this.pending = queue.pending();
        this.drops = settings.drops();
        this.media = settings.media();
        this.downlink = new Downlink(queue, settings, priorities);
    }

    Downlink downlink() {
        return downlink;
    }

    void secure(SrtpSender sender) {
        unsecure();
        srtp = sender;
    }

    void remote(@Nullable TransportAddress selected) {
        remote = selected;
        queue.drain(this);
    }

    boolean isReady() {
        return srtp != null && remote != null;
    }

    @Override
    public @Nullable OutgoingPacket begin() {
        if (!queue.isOwner(this)) {
            if (!isReady()) {
                drops.count(DropReason.NOT_CONNECTED);
                return null;
            }
            queue.own(this);
            downlink.turnBegins(transport.nowNs());
        }
        if (pending.isFull()) {
            drain();
        }
        return pending.begin();
    }

    @Override
    public void send(OutgoingPacket packet) {
        if (downlink.isPassing() || !downlink.hold(packet, transport.nowNs())) {
            pending.add(packet);
        } else {
            transport.deadlineMoved();
        }
    }

    @Override
    public void overtake(int ssrc, int rtxSsrc) {
        downlink.overtake(ssrc, rtxSsrc);
    }

    /** Sends what had to wait, as far as it may leave by now. */
    void release(long nowNs) {
        PacedPackets waiting = downlink.waiting();
        for (int place = downlink.poll(nowNs); place != Pacer.NONE; place = downlink.poll(nowNs)) {
            OutgoingPacket next = begin();
            if (next != null) {
                next.copy(waiting.at(place));
                pending.add(next);
            }
            waiting.remove(place);
        }
        queue.drain(this);
    }

    /** Where this shard's tracks wait for the end of the turn. */
    SendQueue queue() {
        return queue;
    }

    /** For the queue, while this owns it: sends what is pending, or lets go of it if that has become impossible. */
    void drain() {
        SrtpSender sender = srtp;
        TransportAddress to = remote;
        try {
            if (sender == null || to == null) {
                drops.count(DropReason.NOT_CONNECTED, pending.count());
                return;
            }
            protectAndTransmit(sender, to);
        } finally {
            pending.clear();
        }
    }

    private void protectAndTransmit(SrtpSender sender, TransportAddress to) {
        int count = pending.arrange();
        SendSideEstimator estimator = downlink.estimator();
        estimator.turn(transport.nowNs());
        sent = 0;
        sentBytes = 0;
        if (!protectRun(count, sender, to, estimator)) {
            protectEach(count, sender, to, estimator);
        }
        estimator.turnEnded(sent, sentBytes);
        queue.encrypted(sent);
        media.packetsOut().add(sent);
        media.bytesOut().add(sentBytes);
    }

    /** Packets of one size: each is encrypted behind the one before it. False when they have to go one by one. */
    private boolean protectRun(int count, SrtpSender sender, TransportAddress to, SendSideEstimator estimator) {
        if (count < 2 || !pending.isUniform()) {
            return false;
        }
        int bytes = pending.packet(0).length() + sender.rtpOverhead();
        PacketBuffer place = transport.placeRun(to, count, bytes);
        if (place == null) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            DropReason refused = protect(place, pending.packet(i), 0, bytes, sender, estimator);
            if (refused == null) {
                place.advance(bytes);
                sent++;
            } else {
                drops.count(refused);
            }
        }
        transport.transmitPlaced(sent);
        sentBytes = (long) sent * bytes;
        return true;
    }

    private void protectEach(int count, SrtpSender sender, TransportAddress to, SendSideEstimator estimator) {
        for (int i = 0; i < count; i++) {
            PacketBuffer datagram = transport.place(to);
            OutgoingPacket packet = pending.packet(i);
            int bytes = packet.length() + pending.padding(i) + sender.rtpOverhead();
            DropReason refused = protect(datagram, packet, pending.padding(i), bytes, sender, estimator);
            if (refused == null) {
                transport.transmit(datagram, to);
                sent++;
                sentBytes += bytes;
            } else {
                drops.count(refused);
            }
        }
    }

    private @Nullable DropReason protect(
            PacketBuffer dst,
            OutgoingPacket packet,
            int padding,
            int bytes,
            SrtpSender sender,
            SendSideEstimator estimator) {
        dst.copyFrom(0, packet.head(), 0, packet.headLength());
        if (packet.transportSequenceOffset() != 0) {
            // Here, as it counts packets in the order they leave.
            dst.putU16(packet.transportSequenceOffset(), estimator.sent(bytes));
        }
        PacketBuffer source = packet.source();
        if (padding != 0) {
            dst.putU8(0, dst.u8(0) | PADDING_BIT);
            // Behind the payload lay the tag, which has been checked, or the publisher's own padding.
            source.putU8(packet.sourceOffset() + packet.restLength(), padding);
        }
        return sender.protectRtp(
                dst,
                packet.headerLength(),
                packet.prefixLength(),
                source,
                packet.sourceOffset(),
                packet.restLength() + padding,
                packet.ssrc(),
                packet.sequenceNumber());
    }

    /**
     * Protects a compound in place, so it needs room for the SRTCP trailer, and sends it behind what is pending. The
     * packet is borrowed.
     */
    void sendRtcp(PacketBuffer packet) {
        queue.drain(this);
        SrtpSender sender = srtp;
        TransportAddress to = remote;
        if (sender == null || to == null) {
            drops.count(DropReason.NOT_CONNECTED);
            return;
        }
        DropReason refused = sender.protectRtcp(packet);
        if (refused != null) {
            drops.count(refused);
            return;
        }
        media.packetsOut().increment();
        media.bytesOut().add(packet.length());
        transport.transmit(packet, to);
    }

    /** The stream of this SSRC has ended, and none will have it again. */
    void forget(int ssrc) {
        queue.drain(this);
        downlink.drop();
        if (srtp != null) {
            srtp.forget(ssrc);
        }
    }

    /** Wipes the keys, once all is sent that was meant for them: nothing more is until there are others. */
    void unsecure() {
        queue.drain(this);
        downlink.drop();
        if (srtp != null) {
            srtp.close();
            srtp = null;
        }
    }
}
