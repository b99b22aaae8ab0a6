package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The media of one connection: its socket, ICE, DTLS, SRTP and streams. All but the accessors is the bots' thread's; it
 * allocates nothing per packet.
 */
final class BotPeer
        implements DatagramSink, IceClient.Sender, SentStream.Outlet, RtcpOutbox.Sender, DtlsTransport.Listener {
    private static final int FIRST_STUN = 4;
    private static final int FIRST_DTLS = 20;
    private static final int LAST_DTLS = 63;
    private static final int FIRST_RTP = 128;

    private final String name;
    private final BotLoop loop;
    private final BotSockets sockets;
    private final Totals totals;
    private final BouncyCastleDtls dtls;
    private final SrtpCipherProvider ciphers;
    private final BotSocket socket;
    private final IceClient ice;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();

    private final List<SentStream> sent = new ArrayList<>();
    private final Reception reception;
    private final RtcpInbox inbox;
    private final RtcpOutbox outbox;
    private final RtpPacket rtp = new RtpPacket();

    private RtpExtensionMap extensions = RtpExtensionMap.EMPTY;
    private @Nullable Fingerprint fingerprint;
    private @Nullable DtlsTransport association;
    private @Nullable SrtpSender srtpSender;
    private @Nullable SrtpReceiver srtpReceiver;
    private int transportSequence;
    private long overflow;
    private long nextServiceNs;
    private volatile long firstMediaNs;
    private boolean closed;

    BotPeer(
            String name,
            BotLoop loop,
            BouncyCastleDtls dtls,
            SrtpCipherProvider ciphers,
            IceCredentials ice,
            int number)
            throws IOException {
        this.name = name;
        this.loop = loop;
        this.sockets = loop.sockets();
        this.totals = loop.totals();
        this.dtls = dtls;
        this.ciphers = ciphers;
        this.socket = sockets.open(this);
        this.ice = new IceClient(ice, number, this);
        // Reports of all bots spread over the second.
        long firstReportNs = System.nanoTime() + number * 37_000_003L % 1_000_000_000L;
        this.reception = new Reception(totals);
        this.inbox = new RtcpInbox(sent, reception.bySsrc());
        this.outbox = new RtcpOutbox(number, sent, reception.streams(), this, sockets::epochNs, firstReportNs);
    }

    int port() {
        return socket.port();
    }

    CompletableFuture<Void> connected() {
        return connected;
    }

    /** When the first media packet was there, 0 before. Any thread. */
    long firstMediaNs() {
        return firstMediaNs;
    }

    // --- what was negotiated ---------------------------------------------------------------------------------------

    void apply(Negotiation.Outcome outcome, long nowNs) {
        extensions = outcome.extensions();
        fingerprint = outcome.remote().fingerprint();
        outcome.remote().candidates().forEach(ice::addRemote);
        ice.start(outcome.remote().ice(), outcome.controlling(), nowNs);
        outcome.receiving().forEach(reception::add);
        for (Negotiation.Sending sending : outcome.sending()) {
            for (int encoding = 0; encoding < sending.ssrcs().size(); encoding++) {
                SentStream stream = new SentStream(
                        sending.track(),
                        encoding,
                        sending.format(),
                        sending.ssrcs().get(encoding),
                        this,
                        totals);
                sent.add(stream);
                loop.add(stream);
                if (srtpSender != null) {
                    stream.start(nowNs);
                }
            }
        }
    }

    void addCandidate(IceClient.Remote candidate) {
        ice.addRemote(candidate);
    }

    void expect(String mid, @Nullable SentTrack track) {
        if (!reception.expect(mid, track)) {
            throw new IllegalArgumentException(name + " receives nothing in section " + mid);
        }
    }

    /** Streams that are to show something and of which nothing has come since the last call. */
    int takeSilent() {
        return reception.takeSilent();
    }

    // --- time ------------------------------------------------------------------------------------------------------

    void onTimer(long nowNs) {
        ice.onTimer(nowNs);
        if (ice.hasFailed(nowNs)) {
            fail("no candidate of the server answers ICE checks");
        }
        if (nowNs < nextServiceNs) {
            return;
        }
        nextServiceNs = nowNs + RtcpOutbox.SERVICE_NS;
        if (association == null && ice.selected() != null) {
            startDtls();
        }
        if (srtpSender != null) {
            outbox.service(nowNs);
        }
    }

    private void startDtls() {
        Fingerprint expected = fingerprint;
        if (expected != null && !closed) {
            // Null while too many handshakes are under way: again at the next look.
            association = dtls.start(expected, this);
        }
    }

    private void fail(String reason) {
        connected.completeExceptionally(new IOException(name + ": " + reason));
    }

    // --- DTLS: called by the association's thread ------------------------------------------------------------------

    @Override
    public void transmit(byte[] datagram) {
        loop.execute(() -> {
            IceClient.Remote to = ice.selected();
            if (to != null && !closed) {
                PacketBuffer packet = acquire();
                packet.length(datagram.length);
                packet.putBytes(0, datagram, 0, datagram.length);
                send(packet, to.address(), to.port());
            }
        });
    }

    @Override
    public void connected(SrtpKeys keys) {
        loop.execute(() -> {
            if (closed) {
                keys.wipe();
                return;
            }
            srtpSender = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
            srtpReceiver = new SrtpReceiver(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers);
            keys.wipe();
            long nowNs = System.nanoTime();
            sent.forEach(stream -> stream.start(nowNs));
            connected.complete(null);
        });
    }

    @Override
    public void failed(String reason) {
        fail("DTLS: " + reason);
    }

    @Override
    public void closed() {
        // By us, or by a server that has let the member go: its streams end, which is seen.
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    @Override
    public void onDatagram(PacketBuffer packet, int addressBits, int port, long arrivalNs) {
        int first = packet.length() == 0 ? -1 : packet.u8(0);
        long nowNs = loop.nowNs();
        // RFC 7983 §7
        if (first >= FIRST_RTP) {
            onSrtp(packet, arrivalNs, nowNs);
        } else if (first >= 0 && first < FIRST_STUN) {
            if (ice.onStun(packet, addressBits, port, nowNs)) {
                startDtls();
            }
        } else if (first >= FIRST_DTLS && first <= LAST_DTLS) {
            DtlsTransport to = association;
            if (to != null) {
                Object _ = to.receive(packet);
            }
        }
    }

    @Override
    public void onOverflow(long datagrams) {
        totals.botDrops += Math.max(0, datagrams - overflow);
        overflow = datagrams;
    }

    private void onSrtp(PacketBuffer packet, long arrivalNs, long nowNs) {
        SrtpReceiver srtp = srtpReceiver;
        if (srtp == null || packet.length() < RtpPacket.FIXED_HEADER_LENGTH) {
            return;
        }
        int type = packet.u8(1);
        // RFC 5761 §4
        if (type >= 192 && type <= 223) {
            if (srtp.unprotectRtcp(packet) == null && inbox.onCompound(packet, nowNs)) {
                flush();
            }
            return;
        }
        if (!rtp.wrap(packet)) {
            return;
        }
        if (srtp.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber()) != null
                || !rtp.refreshPayload()) {
            totals.undecryptable++;
            return;
        }
        onRtp(arrivalNs, nowNs);
    }

    private void onRtp(long arrivalNs, long nowNs) {
        int transportId = extensions.id(RtpExtension.TRANSPORT_CC);
        if (transportId != 0 && rtp.extensionLength(transportId) == 2) {
            outbox.arrived(rtp.packet().u16(rtp.extensionOffset(transportId)), arrivalNs);
        }
        // Padding alone tells nothing of its stream: servers probe by it on SSRCs of their own.
        boolean probe = rtp.payloadLength() == 0;
        StreamTable.Entry entry =
                probe ? reception.bySsrc().get(rtp.ssrc()) : reception.of(rtp, extensions.id(RtpExtension.MID));
        if (entry == null) {
            totals.unexpected += probe ? 0 : 1;
        } else if (!entry.retransmissions()) {
            if (firstMediaNs == 0) {
                firstMediaNs = nowNs;
            }
            entry.stream().onMedia(rtp, arrivalNs, nowNs);
        } else if (rtp.payloadLength() > RtxPayload.HEADER_LENGTH) {
            entry.stream().onRetransmission(rtp, RtxPayload.originalSequenceNumber(rtp), nowNs);
        }
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    @Override
    public PacketBuffer acquire() {
        return Objects.requireNonNull(sockets.acquire(), "packets are sent before more are taken");
    }

    @Override
    public void send(PacketBuffer packet, int address, int port) {
        sockets.queue(socket, packet, address, port);
        sockets.flush(socket, address, port);
    }

    @Override
    public int nextTransportSequence() {
        return transportSequence++ & 0xFFFF;
    }

    @Override
    public void protect(PacketBuffer packet, int headerLength, int payloadLength, int ssrc, int sequence) {
        SrtpSender srtp = srtpSender;
        IceClient.Remote to = ice.selected();
        if (srtp == null || to == null) {
            packet.release();
            return;
        }
        packet.length(headerLength + payloadLength);
        Object refused = srtp.protectRtp(packet, headerLength, 0, packet, headerLength, payloadLength, ssrc, sequence);
        if (refused != null) {
            packet.release();
            throw new IllegalStateException(name + " cannot encrypt: " + refused);
        }
        sockets.queue(socket, packet, to.address(), to.port());
    }

    @Override
    public long flush() {
        long epochNs = sockets.epochNs();
        IceClient.Remote to = ice.selected();
        if (to != null) {
            sockets.flush(socket, to.address(), to.port());
        }
        return epochNs;
    }

    @Override
    public void sendRtcp(PacketBuffer packet) {
        SrtpSender srtp = srtpSender;
        IceClient.Remote to = ice.selected();
        if (srtp == null || to == null || srtp.protectRtcp(packet) != null) {
            packet.release();
            return;
        }
        send(packet, to.address(), to.port());
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        sent.forEach(loop::remove);
        DtlsTransport to = association;
        if (to != null) {
            to.close();
        }
        if (srtpSender != null) {
            srtpSender.close();
            srtpSender = null;
        }
        if (srtpReceiver != null) {
            srtpReceiver.close();
            srtpReceiver = null;
        }
        sockets.close(socket);
        fail("closed");
    }
}
