package dev.parley.sfu.peer;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.ice.IceAgent;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.IceSink;
import dev.parley.sfu.ice.IceState;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.sdp.NegotiatedSession;
import dev.parley.sfu.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a peer and its browser reach each other: ICE, DTLS, and the connection state that comes of both. Owned by the
 * shard.
 */
final class Connectivity {
    /** A browser needs one, or a few on a path that loses much; each costs the server milliseconds of arithmetic. */
    private static final int MAX_ASSOCIATIONS = 16;

    /** What follows from it for the peer. */
    interface Listener {
        /** Media goes to this address from now on; nowhere while {@code null}. */
        void sendTo(@Nullable TransportAddress remote);

        /** DTLS has agreed on keys, which are wiped when this returns. */
        void secured(SrtpKeys keys);

        /** The association with the keys given last has ended. */
        void unsecured();

        void stateChanged(ConnectionState state);
    }

    /** How far DTLS has come. */
    private enum Security {
        NONE,
        KEYS,
        /** close_notify has come (RFC 8842 §5.1): the client is leaving, and needs no consent timeout to say so. */
        ENDED
    }

    private final Peer peer;
    private final PeerSettings settings;
    private final PeerTransport transport;
    private final Listener listener;
    private final IceAgent ice;
    private final IceSink iceEvents = new IceEvents();
    /** By which the directory finds this peer. */
    private final List<String> ufrags = new ArrayList<>();

    private IceCredentials localIce;
    private @Nullable IceCredentials remoteIce;
    private @Nullable Fingerprint remoteFingerprint;
    private @Nullable DtlsTransport dtls;
    private int associations;
    private @Nullable TransportAddress lastRemote;
    private Security security = Security.NONE;
    private ConnectionState state = ConnectionState.CONNECTING;

    Connectivity(Peer peer, PeerSettings settings, PeerTransport transport, Listener listener) {
        this.peer = peer;
        this.settings = settings;
        this.transport = transport;
        this.listener = listener;
        this.localIce = IceCredentials.generate(settings.random());
        this.ice = new IceAgent(localIce, settings.consentTimeoutNs(), settings.pool());
        addUfrag(localIce.ufrag());
    }

    // --- negotiation ----------------------------------------------------------------------------------------------

    /** Ours in the answer to an offer under {@code offered}: new ones if that restarts ICE (RFC 8839 §4.4.1.1.1). */
    IceCredentials credentialsFor(@Nullable IceCredentials offered) {
        return restarts(offered) ? IceCredentials.generate(settings.random()) : localIce;
    }

    IceCredentials localIce() {
        return localIce;
    }

    boolean restarts(@Nullable IceCredentials offered) {
        return remoteIce != null && offered != null && !offered.equals(remoteIce);
    }

    /** Refuses an offer under another certificate than the association that is up (RFC 8842 §4). */
    void requireSameCertificate(@Nullable Fingerprint offered) {
        if (remoteFingerprint != null && offered != null && !offered.equals(remoteFingerprint)) {
            throw new SfuException(
                    SfuException.Code.UNSUPPORTED_SDP,
                    "the certificate's fingerprint has changed; make a new connection instead");
        }
    }

    /** Takes over what was negotiated, with {@code local} as given by {@link #credentialsFor}. */
    void negotiated(NegotiatedSession session, IceCredentials local) {
        IceCredentials offered = session.remoteIce();
        if (offered == null) {
            return;
        }
        if (restarts(offered)) {
            ice.restart(local, offered);
            localIce = local;
            addUfrag(local.ufrag());
        } else if (remoteIce == null) {
            ice.remoteCredentials(offered);
        }
        remoteIce = offered;
        remoteFingerprint = session.remoteFingerprint();
    }

    private void addUfrag(String ufrag) {
        ufrags.add(ufrag);
        settings.directory().addUfrag(ufrag, peer);
        // Of several restarts in a row only the last counts, but the path in use keeps the ufrag it was made with.
        for (String old : List.copyOf(ufrags)) {
            if (!ice.answersTo(old)) {
                ufrags.remove(old);
                settings.directory().removeUfrag(old);
            }
        }
    }

    // --- datagrams and time ---------------------------------------------------------------------------------------

    @Nullable
    DropReason onStun(PacketBuffer packet, TransportAddress remote, long nowNs) {
        DropReason reason = ice.onStun(packet, remote, nowNs, iceEvents);
        if (reason == null && ice.isVerified(remote)) {
            // Whoever checks from an address has it. Another peer's check may have taken it, if its sender made this
            // address up or is behind the same NAT after us; ours takes it back, at the latest with the next consent.
            settings.directory().addAddress(remote, peer);
        }
        update();
        transport.deadlineMoved();
        return reason;
    }

    @Nullable
    DropReason onDtls(PacketBuffer packet) {
        Fingerprint fingerprint = remoteFingerprint;
        if (fingerprint == null || state == ConnectionState.CLOSED) {
            return DropReason.UNEXPECTED_STATE;
        }
        if (dtls == null && associations < MAX_ASSOCIATIONS) {
            dtls = settings.dtls().start(fingerprint, new DtlsEvents());
            associations += dtls == null ? 0 : 1;
        }
        return dtls == null ? DropReason.DTLS_LIMIT : dtls.receive(packet);
    }

    /** The transport under {@code remote}, a TCP connection, has ended. */
    void onTransportClosed(TransportAddress remote) {
        ice.forget(remote, iceEvents);
        update();
    }

    long nextDeadlineNs() {
        return ice.nextDeadlineNs();
    }

    void onDeadline(long nowNs) {
        ice.onDeadline(nowNs, iceEvents);
        update();
    }

    // --- state ----------------------------------------------------------------------------------------------------

    ConnectionState state() {
        return state;
    }

    /** Marks the end, after which nothing is told any more; {@link #close()} follows. */
    void closing() {
        state = ConnectionState.CLOSED;
    }

    void close() {
        if (dtls != null) {
            // close_notify comes from another thread, when ICE no longer knows where to.
            lastRemote = ice.sendRemote();
            dtls.close();
        }
        ice.verifiedAddresses().forEach(iceEvents::forgotten);
        ice.close();
        ufrags.forEach(settings.directory()::removeUfrag);
    }

    private void update() {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        ConnectionState now = ice.state() == IceState.DISCONNECTED ? ConnectionState.DISCONNECTED : securedState();
        if (now != state) {
            state = now;
            listener.stateChanged(now);
        }
    }

    /** Keys mean that DTLS has found its way both ways, so there is a path, nominated or not yet. */
    private ConnectionState securedState() {
        return switch (security) {
            case NONE -> ConnectionState.CONNECTING;
            case KEYS -> ConnectionState.CONNECTED;
            case ENDED -> ConnectionState.DISCONNECTED;
        };
    }

    private final class IceEvents implements IceSink {
        @Override
        public void transmit(PacketBuffer response, TransportAddress remote) {
            transport.transmit(response, remote);
        }

        @Override
        public void verified(TransportAddress remote) {
            settings.directory().addAddress(remote, peer);
            transport.verified(remote);
        }

        @Override
        public void forgotten(TransportAddress remote) {
            settings.directory().removeAddress(remote, peer);
            transport.released(remote);
        }

        @Override
        public void selected(TransportAddress remote) {
            listener.sendTo(remote);
        }

        @Override
        public void consentLost() {
            // RFC 7675 §5.1: not a packet more until the far end is heard again.
            listener.sendTo(null);
        }

        @Override
        public void consentRegained() {
            listener.sendTo(ice.selectedRemote());
        }
    }

    private final class DtlsEvents implements DtlsTransport.Listener {
        @Override
        public void transmit(byte[] datagram) {
            TransportAddress remote = state == ConnectionState.CLOSED ? lastRemote : ice.sendRemote();
            PacketBuffer packet = remote == null ? null : settings.pool().acquire();
            if (remote == null || packet == null) {
                settings.drops().count(remote == null ? DropReason.NOT_CONNECTED : DropReason.POOL_EMPTY);
                return;
            }
            packet.length(datagram.length);
            packet.putBytes(0, datagram, 0, datagram.length);
            transport.transmit(packet, remote);
            packet.release();
        }

        @Override
        public void connected(SrtpKeys keys) {
            if (state != ConnectionState.CLOSED) {
                security = Security.KEYS;
                listener.secured(keys);
                update();
                // A browser may take a second to nominate, with its handshake long done: where DTLS goes, media may.
                listener.sendTo(ice.sendRemote());
            }
            keys.wipe();
        }

        @Override
        public void failed(String reason) {
            // The next flight of the client starts a new handshake.
            dtls = null;
        }

        @Override
        public void closed() {
            dtls = null;
            if (state != ConnectionState.CLOSED) {
                security = Security.ENDED;
                listener.unsecured();
                update();
            }
        }
    }
}
