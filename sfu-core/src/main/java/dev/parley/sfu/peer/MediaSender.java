package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.srtp.SrtpSender;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import dev.parley.sfu.stream.PacketSink;
import org.jspecify.annotations.Nullable;

/** The last step of the media path: protects a packet for one peer and hands it to the port. Owned by the shard. */
final class MediaSender implements PacketSink {
    private final PeerTransport transport;
    private final DropCounters drops;
    private final MediaCounters media;
    private @Nullable SrtpSender srtp;
    private @Nullable TransportAddress remote;

    MediaSender(PeerTransport transport, PeerSettings settings) {
        this.transport = transport;
        this.drops = settings.drops();
        this.media = settings.media();
    }

    void secure(SrtpSender sender) {
        if (srtp != null) {
            srtp.close();
        }
        srtp = sender;
    }

    void remote(@Nullable TransportAddress selected) {
        remote = selected;
    }

    boolean isReady() {
        return srtp != null && remote != null;
    }

    @Override
    public void send(
            PacketBuffer dst,
            int headerLength,
            int prefixLength,
            PacketBuffer src,
            int srcOffset,
            int restLength,
            int ssrc,
            int sequenceNumber) {
        SrtpSender sender = srtp;
        TransportAddress to = remote;
        if (sender == null || to == null) {
            drops.count(DropReason.NOT_CONNECTED);
            return;
        }
        DropReason refused =
                sender.protectRtp(dst, headerLength, prefixLength, src, srcOffset, restLength, ssrc, sequenceNumber);
        transmit(dst, to, refused);
    }

    /** Protects a compound in place, so it needs room for the SRTCP trailer, and sends it. The packet is borrowed. */
    void sendRtcp(PacketBuffer packet) {
        SrtpSender sender = srtp;
        TransportAddress to = remote;
        if (sender == null || to == null) {
            drops.count(DropReason.NOT_CONNECTED);
            return;
        }
        transmit(packet, to, sender.protectRtcp(packet));
    }

    private void transmit(PacketBuffer packet, TransportAddress to, @Nullable DropReason refused) {
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
        if (srtp != null) {
            srtp.forget(ssrc);
        }
    }

    /** Wipes the keys: nothing more is sent until there are others. */
    void unsecure() {
        if (srtp != null) {
            srtp.close();
            srtp = null;
        }
    }
}
