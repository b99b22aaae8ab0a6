package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.StunUsername;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the peer a datagram is for: by its username fragment when it is a STUN request, by its source address
 * otherwise (RFC 7983 tells the protocols apart). Owned by one shard.
 *
 * <p>An address gets an entry only once a check from it has passed its integrity check, so datagrams from strangers
 * cost no memory.
 */
public final class PeerDirectory {
    private final Map<TransportAddress, Peer> byAddress = new HashMap<>();
    private final Map<String, Peer> byUfrag = new HashMap<>();
    private final DropCounters drops;

    public PeerDirectory(DropCounters drops) {
        this.drops = drops;
    }

    /** Hands one datagram to its peer, or counts why it was dropped. The packet is borrowed. */
    public void onDatagram(PacketBuffer packet, TransportAddress remote, long nowNs) {
        DropReason reason = route(packet, remote, nowNs);
        if (reason != null) {
            drops.count(reason);
        }
    }

    private @Nullable DropReason route(PacketBuffer packet, TransportAddress remote, long nowNs) {
        if (packet.length() == 0) {
            return DropReason.UNKNOWN_PROTOCOL;
        }
        int first = packet.u8(0);
        if (first < 4) {
            return routeStun(packet, remote, nowNs);
        }
        boolean isDtls = first >= 20 && first <= 63;
        boolean isMedia = first >= 128 && first <= 191;
        if (!isDtls && !isMedia) {
            return DropReason.UNKNOWN_PROTOCOL;
        }
        Peer peer = byAddress.get(remote);
        if (peer == null) {
            return DropReason.UNKNOWN_ADDRESS;
        }
        return isDtls ? peer.onDtls(packet) : peer.onMedia(packet, nowNs);
    }

    private @Nullable DropReason routeStun(PacketBuffer packet, TransportAddress remote, long nowNs) {
        String ufrag = StunUsername.localUfrag(packet);
        Peer peer = ufrag == null ? byAddress.get(remote) : byUfrag.get(ufrag);
        if (peer == null) {
            return DropReason.STUN_UNKNOWN_USERNAME;
        }
        return peer.onStun(packet, remote, nowNs);
    }

    /** The connection that {@code remote} stands for has ended. */
    public void onTransportClosed(TransportAddress remote) {
        Peer peer = byAddress.remove(remote);
        if (peer != null) {
            peer.onTransportClosed(remote);
        }
    }

    void addUfrag(String ufrag, Peer peer) {
        byUfrag.put(ufrag, peer);
    }

    void removeUfrag(String ufrag) {
        byUfrag.remove(ufrag);
    }

    void addAddress(TransportAddress remote, Peer peer) {
        byAddress.put(remote, peer);
    }

    void removeAddress(TransportAddress remote, Peer peer) {
        byAddress.remove(remote, peer);
    }

    /** Addresses that lead to a peer now. */
    public int addressCount() {
        return byAddress.size();
    }

    /** Username fragments that lead to a peer now. */
    public int usernameCount() {
        return byUfrag.size();
    }
}
