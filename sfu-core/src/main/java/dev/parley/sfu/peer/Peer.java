package dev.parley.sfu.peer;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.ice.IceAgent;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.IceSink;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.sdp.NegotiatedSession;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.PublisherClock;
import dev.parley.sfu.stream.TransportSequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one browser's connection: ICE-lite, DTLS, SRTP, the tracks the browser publishes and the slots
 * it receives in. Owned by one shard; Sans-IO: datagrams and time come in by calls, and leave through
 * {@link PeerTransport}.
 */
public final class Peer {
    /** The local ufrags that find this peer: the current one, and during an ICE restart the one before it. */
    private static final int MAX_UFRAGS = 2;

    /** How far DTLS has come. */
    private enum Security {
        NONE,
        KEYS,
        /** close_notify has come (RFC 8842 §5.1): the client is leaving, and needs no consent timeout to say so. */
        ENDED
    }

    private final PeerSettings settings;
    private final PeerTransport transport;
    private final PeerObserver observer;
    private final Negotiator negotiator;
    private final IceAgent ice;
    private final MediaSender sender;
    private final MediaReceiver receiver;
    private final Reporter reporter;
    private final Map<String, PublishedTrack> tracksByMid = new LinkedHashMap<>();
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final Map<Integer, Slot> slotsBySsrc = new HashMap<>();
    private final TransportSequence transportSequence = new TransportSequence();
    private final PublisherClock publisherClock = new PublisherClock();
    private final Deque<String> ufrags = new ArrayDeque<>();
    private IceCredentials localIce;
    private @Nullable IceCredentials remoteIce;
    private @Nullable Fingerprint remoteFingerprint;
    private @Nullable DtlsTransport dtls;
    private @Nullable TransportAddress lastRemote;
    private ConnectionState state = ConnectionState.CONNECTING;
    private Security security = Security.NONE;

    public Peer(PeerSettings settings, PeerTransport transport, PeerObserver observer) {
        this.settings = settings;
        this.transport = transport;
        this.observer = observer;
        this.negotiator = new Negotiator(settings);
        this.localIce = IceCredentials.generate(settings.random());
        this.ice = new IceAgent(localIce, settings.consentTimeoutNs(), settings.pool());
        this.sender = new MediaSender(transport, settings);
        this.reporter = new Reporter(this, settings, sender, negotiator.cname());
        this.receiver = new MediaReceiver(this, settings, reporter);
        addUfrag(localIce.ufrag());
    }

    // --- negotiation ----------------------------------------------------------------------------------------------

    /**
     * Answers an offer and puts it into effect.
     *
     * @throws SfuException if the offer is refused; everything is then as it was
     */
    public Answer answer(Offer offer, long nowNs) {
        if (state == ConnectionState.CLOSED) {
            throw new SfuException(SfuException.Code.CLOSED, "the connection has ended");
        }
        SessionDescription description = negotiator.read(offer.sdp());
        Negotiator.Draft draft = negotiator.draft(description, localIce);
        IceCredentials offered = draft.session().remoteIce();
        boolean restarts = remoteIce != null && offered != null && !offered.equals(remoteIce);
        IceCredentials local = restarts ? IceCredentials.generate(settings.random()) : localIce;
        if (restarts) {
            draft = negotiator.draft(description, local);
        }
        requireSameCertificate(draft.session().remoteFingerprint());
        negotiator.accept(draft);
        takeTransport(draft.session(), offered, local, restarts);
        return takeMedia(offer, draft, nowNs);
    }

    private void requireSameCertificate(@Nullable Fingerprint offered) {
        if (remoteFingerprint != null && offered != null && !offered.equals(remoteFingerprint)) {
            throw new SfuException(
                    SfuException.Code.UNSUPPORTED_SDP,
                    "the certificate's fingerprint has changed; make a new connection instead");
        }
    }

    private void takeTransport(
            NegotiatedSession session, @Nullable IceCredentials offered, IceCredentials local, boolean restarts) {
        if (offered == null) {
            return;
        }
        if (restarts) {
            ice.restart(local, offered);
            localIce = local;
            addUfrag(local.ufrag());
        } else if (remoteIce == null) {
            ice.remoteCredentials(offered);
        }
        remoteIce = offered;
        remoteFingerprint = session.remoteFingerprint();
    }

    private Answer takeMedia(Offer offer, Negotiator.Draft draft, long nowNs) {
        NegotiatedSession session = draft.session();
        receiver.negotiated(session);
        reporter.negotiated(session);
        takeSlots(draft);
        List<PublishedTrack> published = takeTracks(offer, session, nowNs);
        List<TrackInfo> infos = new ArrayList<>();
        published.forEach(track -> infos.add(track.info()));
        List<Answer.Slot> answered = new ArrayList<>();
        for (Slot slot : slots.values()) {
            answered.add(new Answer.Slot(slot.mid(), slot.kind(), slot.streamId()));
        }
        return new Answer(session.sdp(), infos, answered);
    }

    private void takeSlots(Negotiator.Draft draft) {
        Map<String, Slot> previous = new LinkedHashMap<>(slots);
        slots.clear();
        for (NegotiatedSection section : draft.session().sections()) {
            Negotiator.SlotIdentity identity = draft.slots().get(section.mid());
            if (section.rejected() || !section.direction().sends() || identity == null) {
                continue;
            }
            Slot slot = previous.get(section.mid());
            if (slot == null || slot.ssrc() != identity.ssrc()) {
                slot = new Slot(this, identity, section, settings);
            } else {
                previous.remove(section.mid());
            }
            slot.negotiated(section);
            slots.put(section.mid(), slot);
        }
        previous.values().forEach(Slot::close);
        slotsBySsrc.clear();
        slots.values().forEach(slot -> slotsBySsrc.put(slot.ssrc(), slot));
    }

    private List<PublishedTrack> takeTracks(Offer offer, NegotiatedSession session, long nowNs) {
        Map<String, PublishedTrack> previous = new LinkedHashMap<>(tracksByMid);
        List<PublishedTrack> current = new ArrayList<>();
        List<PublishedTrack> created = new ArrayList<>();
        for (NegotiatedSection section : session.sections()) {
            MediaKind kind = Negotiator.kindOf(section.kind());
            if (section.rejected() || !section.direction().receives() || kind == null) {
                continue;
            }
            PublishedTrack track = previous.get(section.mid());
            if (track != null && track.isSameAs(section)) {
                previous.remove(section.mid());
            } else {
                TrackSource source = offer.sources().getOrDefault(section.mid(), defaultSource(kind));
                track = new PublishedTrack(this, Ids.track(settings.random()), kind, source, section);
                created.add(track);
            }
            track.negotiated(section);
            current.add(track);
        }
        previous.values().forEach(track -> unpublish(track, nowNs));
        for (PublishedTrack track : current) {
            tracksByMid.put(track.mid(), track);
            receiver.announced(track);
        }
        created.forEach(observer::trackPublished);
        return current;
    }

    private void unpublish(PublishedTrack track, long nowNs) {
        tracksByMid.remove(track.mid(), track);
        receiver.forget(track);
        track.close(nowNs);
        observer.trackUnpublished(track);
    }

    private static TrackSource defaultSource(MediaKind kind) {
        return switch (kind) {
            case AUDIO -> TrackSource.MICROPHONE;
            case VIDEO -> TrackSource.CAMERA;
        };
    }

    private void addUfrag(String ufrag) {
        ufrags.addLast(ufrag);
        settings.directory().addUfrag(ufrag, this);
        if (ufrags.size() > MAX_UFRAGS) {
            settings.directory().removeUfrag(ufrags.removeFirst());
        }
    }

    // --- datagrams ------------------------------------------------------------------------------------------------

    @Nullable
    DropReason onStun(PacketBuffer packet, TransportAddress remote, long nowNs) {
        DropReason reason = ice.onStun(packet, remote, nowNs, iceEvents);
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
        if (dtls == null) {
            dtls = settings.dtls().start(fingerprint, new DtlsEvents());
        }
        return dtls == null ? DropReason.DTLS_LIMIT : dtls.receive(packet);
    }

    @Nullable
    DropReason onMedia(PacketBuffer packet, long nowNs) {
        return receiver.onPacket(packet, nowNs);
    }

    // --- time -----------------------------------------------------------------------------------------------------

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return Math.min(ice.nextDeadlineNs(), reporter.nextDeadlineNs());
    }

    public void onDeadline(long nowNs) {
        if (nowNs >= ice.nextDeadlineNs()) {
            ice.onDeadline(nowNs, iceEvents);
            update();
        }
        if (state != ConnectionState.CLOSED && nowNs >= reporter.nextDeadlineNs()) {
            reporter.onDeadline(nowNs);
        }
    }

    /** The reporter has something to say earlier than it had. */
    void deadlineMoved() {
        transport.deadlineMoved();
    }

    // --- state ----------------------------------------------------------------------------------------------------

    public ConnectionState state() {
        return state;
    }

    /** What the browser publishes now. */
    public Collection<PublishedTrack> tracks() {
        return tracksByMid.values();
    }

    public @Nullable PublishedTrack track(String trackId) {
        for (PublishedTrack track : tracksByMid.values()) {
            if (track.id().equals(trackId)) {
                return track;
            }
        }
        return null;
    }

    @Nullable
    PublishedTrack trackByMid(String mid) {
        return tracksByMid.get(mid);
    }

    public @Nullable Slot slot(String mid) {
        return slots.get(mid);
    }

    @Nullable
    Slot slotBySsrc(int ssrc) {
        return slotsBySsrc.get(ssrc);
    }

    MediaSender sender() {
        return sender;
    }

    /** Numbers everything sent on this connection. */
    TransportSequence transportSequence() {
        return transportSequence;
    }

    /** The browser's clock, which all that it publishes is timed by. */
    PublisherClock publisherClock() {
        return publisherClock;
    }

    Collection<Slot> slots() {
        return slots.values();
    }

    PeerObserver observer() {
        return observer;
    }

    Reporter reporter() {
        return reporter;
    }

    /** Ends everything of this peer; a second call does nothing. */
    public void close(long nowNs) {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        state = ConnectionState.CLOSED;
        List.copyOf(tracksByMid.values()).forEach(track -> unpublish(track, nowNs));
        slots.values().forEach(Slot::close);
        slots.clear();
        if (dtls != null) {
            // close_notify comes from another thread, when ICE no longer knows where to.
            lastRemote = ice.sendRemote();
            dtls.close();
        }
        ice.verifiedAddresses().forEach(iceEvents::forgotten);
        ice.close();
        ufrags.forEach(settings.directory()::removeUfrag);
        receiver.close();
        reporter.close();
        sender.close();
        transport.closed();
    }

    private void update() {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        ConnectionState now = switch (ice.state()) {
            case NEW -> ConnectionState.CONNECTING;
            case CONNECTED -> securedState();
            case DISCONNECTED -> ConnectionState.DISCONNECTED;
            case CLOSED -> state;
        };
        if (now != state) {
            state = now;
            observer.connectionChanged(now);
        }
    }

    /** Directs what is sent to an address. */
    private void sendTo(@Nullable TransportAddress remote) {
        boolean wasReady = sender.isReady();
        sender.remote(remote);
        beginSlots(wasReady);
    }

    /** Whichever of address and keys came last, the slots begin then. */
    private void beginSlots(boolean wasReady) {
        if (!wasReady && sender.isReady()) {
            slots.values().forEach(slot -> slot.connected(transport.nowNs()));
        }
    }

    private ConnectionState securedState() {
        return switch (security) {
            case NONE -> ConnectionState.CONNECTING;
            case KEYS -> ConnectionState.CONNECTED;
            case ENDED -> ConnectionState.DISCONNECTED;
        };
    }

    private final IceSink iceEvents = new IceSink() {
        @Override
        public void transmit(PacketBuffer response, TransportAddress remote) {
            transport.transmit(response, remote);
        }

        @Override
        public void verified(TransportAddress remote) {
            settings.directory().addAddress(remote, Peer.this);
            transport.verified(remote);
        }

        @Override
        public void forgotten(TransportAddress remote) {
            settings.directory().removeAddress(remote, Peer.this);
            transport.released(remote);
        }

        @Override
        public void selected(TransportAddress remote) {
            sendTo(remote);
        }

        @Override
        public void consentLost() {
            // RFC 7675 §5.1: not a packet more until the far end is heard again.
            sender.remote(null);
        }

        @Override
        public void consentRegained() {
            sendTo(ice.selectedRemote());
        }
    };

    /** The transport under {@code remote}, a TCP connection, has ended. */
    void onTransportClosed(TransportAddress remote) {
        ice.forget(remote, iceEvents);
        update();
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
                receiver.secure(
                        new SrtpReceiver(keys.profile(), keys.clientKey(), keys.clientSalt(), settings.ciphers()));
                boolean wasReady = sender.isReady();
                sender.secure(new SrtpSender(keys.profile(), keys.serverKey(), keys.serverSalt(), settings.ciphers()));
                security = Security.KEYS;
                transport.secured(keys.profile());
                update();
                // A browser may take a second to nominate, with its handshake long done: where DTLS goes, media may.
                sender.remote(ice.sendRemote());
                beginSlots(wasReady);
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
            security = Security.ENDED;
            update();
        }
    }
}
