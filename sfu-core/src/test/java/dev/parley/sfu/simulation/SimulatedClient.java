package dev.parley.sfu.simulation;

import dev.parley.sfu.Answer;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Offer;
import dev.parley.sfu.RoomEvent.LeaveReason;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.TrackInfo;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A browser, as far as the server can tell: offers, checks, shakes hands, publishes synthetic media, repairs and reports
 * what it receives. Everything runs on the virtual clock.
 */
public final class SimulatedClient {
    private static final long HELLO_RETRY_NS = 100_000_000L;
    private static final int PORT = 40_000;

    private final SimulatedSfu sfu;
    private final String identity;
    private final int number;
    private final Random random;
    private final SimulatedOffer offer = new SimulatedOffer();
    private final Fingerprint fingerprint;
    private final SimulatedMedia media;
    private final Map<String, ReceivedStream> slots = new LinkedHashMap<>();
    private final List<SimulatedIce> agents = new ArrayList<>();
    private final Map<String, String> trackIds = new HashMap<>();
    private IceCredentials credentials;
    private @Nullable IceCredentials remoteCredentials;
    private @Nullable ParticipantState participant;
    private @Nullable SimulatedShard shard;
    private @Nullable SimulatedPath path;
    private @Nullable SrtpSender sender;
    private @Nullable SrtpReceiver receiver;
    private int association = -1;
    private int lastAssociation = -1;
    private int paths;
    private long clockOffsetNs;
    private double clockDrift;
    private boolean shakingHands;
    private boolean nominating = true;
    private boolean alive = true;

    SimulatedClient(SimulatedSfu sfu, String identity, int number) {
        this.sfu = sfu;
        this.identity = identity;
        this.number = number;
        this.random = new Random(sfu.network().seed() * 1_000 + number);
        this.fingerprint = Fingerprint.of("sha-256", new byte[] {2, (byte) number, (byte) (number >> 8)});
        this.credentials = IceCredentials.generate(random);
        this.media = new SimulatedMedia(this);
    }

    SimulatedSfu sfu() {
        return sfu;
    }

    // --- what it publishes and receives ---------------------------------------------------------------------------

    /** Adds a microphone; it begins to send with {@link SimulatedSource#start()}. */
    public SimulatedSource microphone() {
        SimulatedOffer.Section section = addSending(MediaKind.AUDIO);
        return media.publish(section, null, section.ssrc, 0);
    }

    public SimulatedSource camera() {
        SimulatedOffer.Section section = addSending(MediaKind.VIDEO);
        return media.publish(section, null, section.ssrc, section.rtxSsrc);
    }

    /** A camera sent in several encodings at once, whose SSRCs the offer does not tell. */
    public List<SimulatedSource> simulcastCamera(String... rids) {
        SimulatedOffer.Section section = addSending(MediaKind.VIDEO);
        section.rids = List.of(rids);
        List<SimulatedSource> layers = new ArrayList<>();
        for (String rid : rids) {
            layers.add(media.publish(section, rid, newSsrc(), newSsrc()));
        }
        return layers;
    }

    private SimulatedOffer.Section addSending(MediaKind kind) {
        SimulatedOffer.Section section = offer.add(kind, "sendonly");
        section.trackId = identity + "-" + section.mid;
        section.ssrc = newSsrc();
        section.rtxSsrc = section.isVideo() ? newSsrc() : 0;
        return section;
    }

    int newSsrc() {
        return random.nextInt() | 1;
    }

    /** Adds a receiving section, and returns its mid. */
    public String slot(MediaKind kind) {
        return offer.add(kind, "recvonly").mid;
    }

    SimulatedOffer offer() {
        return offer;
    }

    /** What has come into a slot, since it got the SSRC that it has now. */
    public ReceivedStream received(String mid) {
        return Objects.requireNonNull(slots.get(mid), "no slot " + mid);
    }

    /** The server's id of the track published in section {@code mid}. */
    public String trackId(String mid) {
        return Objects.requireNonNull(trackIds.get(mid), "no track " + mid);
    }

    /** The server's id of the first track of a kind that this client publishes. */
    public String trackId(MediaKind kind) {
        return participant().info().tracks().stream()
                .filter(track -> track.kind() == kind)
                .map(TrackInfo::id)
                .findFirst()
                .orElseThrow();
    }

    SimulatedMedia media() {
        return media;
    }

    // --- signaling ------------------------------------------------------------------------------------------------

    /** Joins the room, makes its first offer and begins to connect. */
    public Answer join() {
        return join(JoinRequest.of(identity));
    }

    /** The same, seen by nobody. */
    Answer joinHidden() {
        return join(JoinRequest.of(identity).asHidden());
    }

    private Answer join(JoinRequest request) {
        SimulatedSfu.Joined joined = sfu.enter(request);
        participant = joined.participant();
        shard = joined.shard();
        Answer answer = negotiate();
        connect();
        return answer;
    }

    public ParticipantState participant() {
        return Objects.requireNonNull(participant, "has not joined");
    }

    /** The shard that it is connected to. */
    SimulatedShard shard() {
        return Objects.requireNonNull(shard, "has not joined");
    }

    /** Offers what it has now, and takes the answer. */
    public Answer negotiate() {
        Answer answer = participant().answer(Offer.of(offerSdp()), nowNs());
        sfu.settle();
        answer.published().forEach(track -> trackIds.put(track.mid(), track.id()));
        apply(answer.sdp());
        return answer;
    }

    String offerSdp() {
        return offer.toSdp(credentials, fingerprint);
    }

    private void apply(String sdp) {
        SessionDescription answer;
        try {
            answer = SessionDescription.parse(sdp);
        } catch (SdpException e) {
            throw new AssertionError("the server's answer does not parse", e);
        }
        for (MediaSection section : answer.sections()) {
            boolean sends = section.direction().sends() && !section.isRejected();
            if (!sends || section.ssrcs().isEmpty()) {
                slots.remove(section.mid());
                continue;
            }
            int ssrc = section.ssrcs().getFirst().ssrc();
            ReceivedStream stream = slots.get(section.mid());
            if (stream == null || stream.ssrc() != ssrc) {
                int rtx = section.ssrcGroups().isEmpty()
                        ? 0
                        : section.ssrcGroups().getFirst().ssrcs().getLast();
                MediaKind kind = section.media().equals("video") ? MediaKind.VIDEO : MediaKind.AUDIO;
                slots.put(section.mid(), new ReceivedStream(kind, ssrc, rtx));
            }
        }
        remoteCredentials = credentialsOf(answer);
    }

    private static @Nullable IceCredentials credentialsOf(SessionDescription answer) {
        for (MediaSection section : answer.sections()) {
            IceCredentials ice = section.transport().ice();
            if (ice != null) {
                return ice;
            }
        }
        return null;
    }

    public void subscribe(String slotMid, String trackId) {
        participant().subscribe(slotMid, trackId, SubscriptionHint.none(), nowNs());
    }

    public void unsubscribe(String slotMid) {
        participant().unsubscribe(slotMid, nowNs());
    }

    public void pause(String slotMid, boolean paused) {
        participant().hint(slotMid, new SubscriptionHint(0, 0, 0, paused), nowNs());
    }

    /** Says goodbye and goes. */
    public void leave() {
        participant().leave(LeaveReason.LEFT, nowNs());
        vanish();
    }

    /** Goes without a word, as a killed browser does. */
    public void vanish() {
        alive = false;
        for (SimulatedIce agent : agents) {
            agent.stop();
            // Those too that were only checked.
            agent.path().remove();
        }
    }

    boolean isAlive() {
        return alive;
    }

    // --- connecting -----------------------------------------------------------------------------------------------

    private void connect() {
        path = newPath();
        agent(path).start();
        media.start();
    }

    /** Whether it may nominate; until then it only checks. */
    void nominating(boolean allowed) {
        nominating = allowed;
        agents.forEach(agent -> agent.nominating(allowed));
    }

    private SimulatedPath newPath() {
        TransportAddress address = TransportAddress.ofIpv4(Transport.UDP, 0x0A00_0000 | number, PORT + paths++);
        sfu.port(address, shard());
        return new SimulatedPath(sfu, address, this::receive);
    }

    private SimulatedIce agent(SimulatedPath onPath) {
        SimulatedIce agent = new SimulatedIce(
                this, onPath, credentials, Objects.requireNonNull(remoteCredentials, "no answer applied"));
        agent.nominating(nominating);
        agents.add(agent);
        return agent;
    }

    /** Checks under this client's credentials from an address that another one has. */
    SimulatedIce checkFrom(SimulatedPath othersPath) {
        return agent(othersPath);
    }

    public SimulatedPath path() {
        return Objects.requireNonNull(path, "has not joined");
    }

    /** Loses its network and goes on from another address, under the same ICE credentials. */
    public SimulatedPath switchNetwork() {
        SimulatedIce before = agents.getLast();
        before.stop();
        path().remove();
        SimulatedPath next = newPath();
        SimulatedIce agent = new SimulatedIce(this, next, before.local(), before.remote());
        agents.add(agent);
        agent.start();
        return next;
    }

    /** Restarts ICE (RFC 8445 §9) from another address; media stays on the old path until the new one is nominated. */
    SimulatedIce restartIce() {
        credentials = IceCredentials.generate(random);
        negotiate();
        return agent(newPath());
    }

    /** A check has been answered: DTLS may begin, as browsers have it. */
    void reachable(SimulatedIce agent) {
        if (association < 0 && !shakingHands) {
            shakingHands = true;
            hello(agent.path());
        }
    }

    private void hello(SimulatedPath on) {
        if (association < 0 && alive) {
            on.send(new byte[] {SimulatedDtls.HANDSHAKE, (byte) 0xFE, (byte) 0xFD});
            sfu.clock().after(HELLO_RETRY_NS, () -> hello(on));
        }
    }

    void nominated(SimulatedIce agent) {
        for (SimulatedIce other : agents) {
            if (other != agent) {
                other.stop();
            }
        }
        path = agent.path();
    }

    /** Says close_notify, without leaving the room. */
    void closeDtls() {
        path().send(new byte[] {SimulatedDtls.ALERT});
    }

    /** Begins another association with the same certificate. */
    void handshakeAgain() {
        lastAssociation = association;
        association = -1;
        hello(path());
    }

    private void onDtls(byte[] datagram) {
        if (datagram[0] == SimulatedDtls.ALERT || association >= 0) {
            return;
        }
        int answered = (datagram[1] & 0xFF) << 8 | datagram[2] & 0xFF;
        if (answered == lastAssociation) {
            return;
        }
        association = answered;
        SrtpKeys keys = sfu.dtls().keys(association);
        sender = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), sfu.ciphers());
        receiver = new SrtpReceiver(keys.profile(), keys.serverKey(), keys.serverSalt(), sfu.ciphers());
    }

    boolean isConnected() {
        return sender != null && path != null;
    }

    // --- datagrams ------------------------------------------------------------------------------------------------

    PacketBuffer acquire() {
        return Objects.requireNonNull(sfu.clientPool().acquire(), "a client has leaked packets");
    }

    private void receive(byte[] datagram) {
        if (!alive) {
            return;
        }
        int first = datagram[0] & 0xFF;
        if (first >= 20 && first <= 63) {
            onDtls(datagram);
            return;
        }
        PacketBuffer packet = acquire();
        packet.length(datagram.length);
        packet.putBytes(0, datagram, 0, datagram.length);
        if (first < 4) {
            List.copyOf(agents).forEach(agent -> agent.onResponse(packet));
        } else if (receiver != null) {
            media.onSrtp(packet, receiver);
        }
        packet.release();
    }

    /** Protects and sends a packet of our own making, which it releases. */
    void sendRtp(PacketBuffer packet, int headerLength, int ssrc, int sequence) {
        if (sender != null && alive) {
            protect(packet, headerLength, ssrc, sequence);
            path().send(packet.toByteArray());
        }
        packet.release();
    }

    /** Protects a packet in place, and makes no garbage of its own. */
    void protect(PacketBuffer packet, int headerLength, int ssrc, int sequence) {
        SrtpSender with = Objects.requireNonNull(sender, "not connected");
        int payloadLength = packet.length() - headerLength;
        refuse(with.protectRtp(packet, headerLength, 0, packet, headerLength, payloadLength, ssrc, sequence));
    }

    /** Protects and sends a compound, which it releases. */
    void sendRtcp(PacketBuffer packet) {
        if (sender != null && alive && packet.length() > 0) {
            protectRtcp(packet);
            path().send(packet.toByteArray());
        }
        packet.release();
    }

    /** As {@link #protect} for a compound. */
    void protectRtcp(PacketBuffer packet) {
        refuse(Objects.requireNonNull(sender, "not connected").protectRtcp(packet));
    }

    private static void refuse(@Nullable Enum<?> reason) {
        if (reason != null) {
            throw new AssertionError("the client could not protect its packet: " + reason);
        }
    }

    Map<String, ReceivedStream> slots() {
        return slots;
    }

    // --- time -----------------------------------------------------------------------------------------------------

    private long nowNs() {
        return sfu.clock().nowNs();
    }

    /** Lets the client's clock be off, and run faster by {@code drift}, such as 50e-6. */
    public void clock(long offsetNs, double drift) {
        clockOffsetNs = offsetNs;
        clockDrift = drift;
    }

    long clockNs() {
        return clockNs(nowNs());
    }

    /** What the client's clock read at a moment of the virtual one. */
    long clockNs(long atNs) {
        return atNs + clockOffsetNs + (long) (atNs * clockDrift);
    }

    int nextTransportSequence() {
        return media.nextTransportSequence();
    }
}
