package dev.parley.sfu.peer;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.Explanation;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.congestion.DownlinkEstimate;
import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.congestion.PaddingSource;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.sdp.NegotiatedSection;
import dev.parley.sfu.sdp.NegotiatedSession;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import dev.parley.sfu.srtp.SsrcMap;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stream.PublisherClock;
import java.util.ArrayList;
import java.util.Collection;
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
    private final PeerSettings settings;
    private final PeerTransport transport;
    private final PeerObserver observer;
    private final Negotiator negotiator;
    private final Connectivity connectivity;
    private final MediaSender sender;
    private final ReadySlots readySlots;
    private final MediaReceiver receiver;
    private final Reporter reporter;
    private final DownlinkAllocation allocation;
    private final Map<String, PublishedTrack> tracksByMid = new LinkedHashMap<>();
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private SsrcMap<Slot> slotsBySsrc = new SsrcMap<>(0);
    /** The same slots for those who walk them often. */
    private List<Slot> slotList = List.of();
    /** The tracks for the same. */
    private List<PublishedTrack> trackList = List.of();

    private final PublisherClock publisherClock = new PublisherClock();
    /** Made once, so that a probe allocates nothing. */
    private final PaddingSource padding = this::sendPadding;
    /** What the shard was told last, as far as the way to the browser is concerned. */
    private long deadlineNs = Long.MAX_VALUE;

    public Peer(PeerSettings settings, PeerTransport transport, PeerObserver observer) {
        this.settings = settings;
        this.transport = transport;
        this.observer = observer;
        this.negotiator = new Negotiator(settings);
        this.sender = new MediaSender(transport, settings, this::priority);
        this.readySlots = new ReadySlots(settings.sends());
        this.reporter = new Reporter(this, settings, sender, negotiator.cname());
        this.allocation = new DownlinkAllocation(this, settings);
        allocation.use(sender.downlink().estimator());
        this.receiver = new MediaReceiver(this, settings, reporter);
        this.connectivity = new Connectivity(this, settings, transport, new ConnectivityEvents());
    }

    // --- negotiation ----------------------------------------------------------------------------------------------

    /**
     * Answers an offer and puts it into effect.
     *
     * @throws SfuException if the offer is refused; everything is then as it was
     */
    public Answer answer(Offer offer, long nowNs) {
        if (state() == ConnectionState.CLOSED) {
            throw new SfuException(SfuException.Code.CLOSED, "the connection has ended");
        }
        SessionDescription description = negotiator.read(offer.sdp());
        Negotiator.Draft draft = negotiator.draft(description, connectivity.localIce());
        IceCredentials local = connectivity.credentialsFor(draft.session().remoteIce());
        if (!local.equals(connectivity.localIce())) {
            draft = negotiator.draft(description, local);
        }
        connectivity.requireSameCertificate(draft.session().remoteFingerprint());
        negotiator.accept(draft);
        connectivity.negotiated(draft.session(), local);
        return takeMedia(offer, draft, nowNs);
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
        slotList = List.copyOf(slots.values());
        SsrcMap<Slot> bySsrc = new SsrcMap<>(slots.size());
        slots.values().forEach(slot -> bySsrc.put(slot.ssrc(), slot));
        slotsBySsrc = bySsrc;
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
        trackList = List.copyOf(tracksByMid.values());
        created.forEach(observer::trackPublished);
        return current;
    }

    private void unpublish(PublishedTrack track, long nowNs) {
        tracksByMid.remove(track.mid(), track);
        trackList = List.copyOf(tracksByMid.values());
        receiver.forget(track);
        track.close(nowNs);
        observer.trackUnpublished(track, nowNs);
    }

    private static TrackSource defaultSource(MediaKind kind) {
        return switch (kind) {
            case AUDIO -> TrackSource.MICROPHONE;
            case VIDEO -> TrackSource.CAMERA;
        };
    }

    // --- datagrams ------------------------------------------------------------------------------------------------

    @Nullable
    DropReason onStun(PacketBuffer packet, TransportAddress remote, long nowNs) {
        return connectivity.onStun(packet, remote, nowNs);
    }

    @Nullable
    DropReason onDtls(PacketBuffer packet) {
        return connectivity.onDtls(packet);
    }

    @Nullable
    DropReason onMedia(PacketBuffer packet, long nowNs) {
        return receiver.onPacket(packet, nowNs);
    }

    // --- time -----------------------------------------------------------------------------------------------------

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        long deadline = Math.min(connectivity.nextDeadlineNs(), reporter.nextDeadlineNs());
        deadline = Math.min(deadline, allocation.nextDeadlineNs());
        for (int i = 0; i < trackList.size(); i++) {
            deadline = Math.min(deadline, trackList.get(i).nextDeadlineNs());
        }
        return sender.isReady() ? Math.min(deadline, sender.downlink().nextDeadlineNs()) : deadline;
    }

    public void onDeadline(long nowNs) {
        if (nowNs >= connectivity.nextDeadlineNs()) {
            connectivity.onDeadline(nowNs);
        }
        if (state() != ConnectionState.CLOSED && nowNs >= reporter.nextDeadlineNs()) {
            reporter.onDeadline(nowNs);
        }
        if (state() != ConnectionState.CLOSED) {
            allocation.onDeadline(nowNs);
            for (int i = 0; i < trackList.size(); i++) {
                if (trackList.get(i).nextDeadlineNs() <= nowNs) {
                    trackList.get(i).checkSentLayers(nowNs);
                }
            }
        }
        if (sender.isReady() && nowNs >= sender.downlink().nextDeadlineNs()) {
            sender.release(nowNs);
            sender.downlink().estimator().onDeadline(nowNs, padding);
        }
        deadlineNs = nextDeadlineNs();
    }

    /** The estimate of the way to the browser, or what waits to be sent there, has changed. */
    void downlinkMoved() {
        if (sender.isReady() && sender.downlink().nextDeadlineNs() < deadlineNs) {
            deadlineNs = sender.downlink().nextDeadlineNs();
            transport.deadlineMoved();
        }
    }

    private Pacer.Priority priority(int ssrc) {
        Slot slot = slotsBySsrc.get(ssrc);
        if (slot == null) {
            return Pacer.Priority.RETRANSMISSION;
        }
        return switch (slot.kind()) {
            case AUDIO -> Pacer.Priority.AUDIO;
            case VIDEO -> Pacer.Priority.VIDEO;
        };
    }

    /** From the slots that send video: the browser throws away what it has already. */
    private void sendPadding(int bytes, long nowNs) {
        int left = bytes;
        sender.downlink().probing(true);
        for (int i = 0; i < slotList.size() && left > 0; i++) {
            left -= slotList.get(i).egress().sendPadding(left, nowNs);
        }
        sender.downlink().probing(false);
        settings.media().paddingSent().add(bytes - left);
        sender.queue().drain(sender);
    }

    /** What is known of the way to the browser. */
    public DownlinkEstimate downlink() {
        return sender.downlink().estimator();
    }

    /** How long what its client sends waits here before it is read. */
    long readingLagNs() {
        return transport.readingLagNs();
    }

    /** The reporter has something to say earlier than it had. */
    void deadlineMoved() {
        transport.deadlineMoved();
    }

    // --- state ----------------------------------------------------------------------------------------------------

    public ConnectionState state() {
        return connectivity.state();
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

    ReadySlots readySlots() {
        return readySlots;
    }

    DropCounters drops() {
        return settings.drops();
    }

    /** The browser's clock, which all that it publishes is timed by. */
    PublisherClock publisherClock() {
        return publisherClock;
    }

    List<Slot> slots() {
        return slotList;
    }

    PeerObserver observer() {
        return observer;
    }

    DownlinkAllocation allocation() {
        return allocation;
    }

    /** From now on the estimate limits what is sent to this peer. */
    public void limitedBy(DownlinkEstimate estimate) {
        allocation.use(estimate);
    }

    /** Why this peer receives what it does. */
    public Explanation explain(String participantId, long nowNs) {
        return allocation.explain(participantId, nowNs);
    }

    Reporter reporter() {
        return reporter;
    }

    /** Ends everything of this peer; a second call does nothing. */
    public void close(long nowNs) {
        if (state() == ConnectionState.CLOSED) {
            return;
        }
        connectivity.closing();
        List.copyOf(tracksByMid.values()).forEach(track -> unpublish(track, nowNs));
        slots.values().forEach(Slot::close);
        slots.clear();
        slotList = List.of();
        connectivity.close();
        receiver.unsecure();
        reporter.close();
        sender.unsecure();
        transport.closed();
    }

    /** The transport under {@code remote}, a TCP connection, has ended. */
    void onTransportClosed(TransportAddress remote) {
        connectivity.onTransportClosed(remote);
    }

    private final class ConnectivityEvents implements Connectivity.Listener {
        private boolean sending;
        private @Nullable TransportAddress lastRemote;

        @Override
        public void sendTo(@Nullable TransportAddress remote) {
            if (remote != null && lastRemote != null && !remote.equals(lastRemote)) {
                sender.downlink().estimator().routeChanged(transport.nowNs());
            }
            lastRemote = remote == null ? lastRemote : remote;
            sender.remote(remote);
            updateSlots();
        }

        @Override
        public void secured(SrtpKeys keys) {
            receiver.secure(new SrtpReceiver(keys.profile(), keys.clientKey(), keys.clientSalt(), settings.ciphers()));
            sender.secure(new SrtpSender(keys.profile(), keys.serverKey(), keys.serverSalt(), settings.ciphers()));
            transport.secured(keys.profile());
            updateSlots();
        }

        @Override
        public void unsecured() {
            receiver.unsecure();
            sender.unsecure();
            updateSlots();
        }

        /** Whichever of address and keys comes last, the slots begin then; they end with the first to go. */
        private void updateSlots() {
            boolean wasSending = sending;
            sending = sender.isReady();
            if (sending && !wasSending) {
                slots.values().forEach(slot -> slot.connected(transport.nowNs()));
            } else if (wasSending && !sending) {
                slots.values().forEach(Slot::disconnected);
            }
        }

        @Override
        public void stateChanged(ConnectionState state) {
            observer.connectionChanged(state);
        }
    }
}
