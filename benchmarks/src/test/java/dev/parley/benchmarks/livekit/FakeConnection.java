package dev.parley.benchmarks.livekit;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.StunClass;
import dev.parley.sfu.ice.StunIntegrity;
import dev.parley.sfu.ice.StunMessage;
import dev.parley.sfu.ice.StunWriter;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.sdp.TransportDescription;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one connection: a socket on loopback, a full ICE agent that is controlling if the server offers, DTLS as
 * server, SRTP. Like Pion's of some years, it drops checks of whoever claims its own role.
 */
final class FakeConnection implements Runnable, DtlsTransport.Listener, AutoCloseable {
    private static final int RECEIVE_BUFFER = 2_000_000;
    private static final int FIRST_NOMINATING = 1_000_000;
    private static final long CHECK_NS = 20_000_000;

    private final BouncyCastleDtls dtls;
    private final AtomicInteger conflicts;
    private final boolean controlling;
    private final Consumer<RtpPacket> media;
    private final Runnable whenConnected;
    private final DatagramChannel channel = DatagramChannel.open();
    private final SrtpCipherProvider ciphers = SrtpCipherProviders.select("jdk", System::nanoTime);
    private final IceCredentials ice = IceCredentials.generate(new SecureRandom());
    private final StunIntegrity integrity = new StunIntegrity(ice.password());
    private final PacketPool pool = PacketPool.bounded(8);
    private volatile @Nullable Fingerprint fingerprint;
    private volatile @Nullable SocketAddress selected;
    private volatile boolean works;
    private volatile @Nullable StunIntegrity remoteIntegrity;
    private volatile @Nullable SrtpReceiver receiver;
    private @Nullable SrtpSender sender;

    /**
     * A connection.
     *
     * @param conflicts counts the checks that were dropped for their role
     * @param controlling whether the server offers it
     * @param media is given what comes, decrypted
     */
    FakeConnection(
            BouncyCastleDtls dtls,
            AtomicInteger conflicts,
            boolean controlling,
            Consumer<RtpPacket> media,
            Runnable whenConnected)
            throws IOException {
        this.dtls = dtls;
        this.conflicts = conflicts;
        this.controlling = controlling;
        this.media = media;
        this.whenConnected = whenConnected;
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this);
    }

    /** A description without candidates. */
    Description description(String setup) {
        return new Description(ice, dtls.fingerprint(), setup, List.of());
    }

    String candidate() throws IOException {
        int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        return "candidate:1 1 udp 2130706431 127.0.0.1 " + port + " typ host";
    }

    /** Takes what the other side says of its end, once. */
    void remote(SessionDescription description) {
        if (fingerprint != null) {
            return;
        }
        TransportDescription told = description.sections().stream()
                .filter(section -> !section.isRejected())
                .map(MediaSection::transport)
                .findFirst()
                .orElseThrow();
        fingerprint = told.fingerprints().getFirst();
        if (controlling) {
            String[] words = told.candidates().getFirst().split(" ", -1);
            InetSocketAddress candidate = new InetSocketAddress(words[4], Integer.parseInt(words[5]));
            IceCredentials credentials = Objects.requireNonNull(told.ice());
            remoteIntegrity = new StunIntegrity(credentials.password());
            Thread.ofVirtual().start(() -> check(candidate, credentials));
        }
    }

    /** First whether the pair works, and when it does, with the word that it is to be used. */
    private void check(InetSocketAddress to, IceCredentials credentials) {
        StunWriter writer = new StunWriter();
        StunIntegrity theirs = new StunIntegrity(credentials.password());
        String username = credentials.ufrag() + ":" + ice.ufrag();
        for (int i = 0; selected == null && channel.isOpen(); i++) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            boolean nominates = works;
            int transaction = nominates ? FIRST_NOMINATING + i : i;
            writer.bindingRequest(packet, 1, transaction, username, 0x6E00_01FFL, 77, nominates, theirs);
            send(packet.toByteArray(), to);
            packet.release();
            LockSupport.parkNanos(CHECK_NS);
        }
    }

    @Override
    public void run() {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        ByteBuffer data = ByteBuffer.allocate(PacketPool.PACKET_CAPACITY);
        DtlsTransport association = null;
        try {
            while (channel.isOpen()) {
                data.clear();
                InetSocketAddress from = (InetSocketAddress) channel.receive(data);
                packet.length(data.position());
                packet.putBytes(0, data.array(), 0, data.position());
                int first = packet.u8(0);
                if (first < 4) {
                    onStun(packet, from);
                } else if (first < 64) {
                    association = association == null
                            ? Objects.requireNonNull(dtls.start(Objects.requireNonNull(fingerprint), this))
                            : association;
                    Object _ = association.receive(packet);
                } else {
                    onMedia(packet);
                }
            }
        } catch (ClosedChannelException e) {
            packet.release();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onStun(PacketBuffer packet, InetSocketAddress from) {
        StunMessage message = new StunMessage();
        if (!message.wrap(packet)) {
            return;
        }
        if (message.messageClass() == StunClass.REQUEST) {
            if (controlling ? message.hasIceControlling() : message.hasIceControlled()) {
                conflicts.incrementAndGet();
            } else if (integrity.matches(message)) {
                answer(message, from);
            }
            return;
        }
        StunIntegrity theirs = remoteIntegrity;
        if (message.messageClass() == StunClass.SUCCESS && theirs != null && theirs.matches(message)) {
            works = true;
            if (message.transactionLow() >= FIRST_NOMINATING) {
                selected = from;
            }
        }
    }

    private void answer(StunMessage message, InetSocketAddress from) {
        PacketBuffer answer = Objects.requireNonNull(pool.acquire());
        TransportAddress mapped = TransportAddress.of(
                TransportAddress.Transport.UDP, from.getAddress().getAddress(), from.getPort());
        new StunWriter().bindingSuccess(answer, message, mapped, integrity);
        send(answer.toByteArray(), from);
        answer.release();
        if (!controlling && message.hasUseCandidate()) {
            selected = from;
        }
    }

    private void onMedia(PacketBuffer packet) {
        SrtpReceiver srtp = receiver;
        RtpPacket rtp = new RtpPacket();
        boolean rtcp = packet.u8(1) >= 192 && packet.u8(1) <= 223;
        if (srtp == null || rtcp || !rtp.wrap(packet)) {
            return;
        }
        Object refused = srtp.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
        if (refused == null && rtp.refreshPayload()) {
            media.accept(rtp);
        }
    }

    /** Sends a packet's payload on under another SSRC and number, without header extensions. */
    synchronized void forward(RtpPacket original, byte[] payload, int ssrc, int number) {
        SrtpSender srtp = sender;
        SocketAddress to = selected;
        if (srtp == null || to == null) {
            return;
        }
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        int header = RtpPacket.FIXED_HEADER_LENGTH;
        RtpHeaderWriter.writeFixed(
                packet, original.payloadType(), original.marker(), number & 0xFFFF, original.timestamp(), ssrc);
        packet.length(header + payload.length);
        packet.putBytes(header, payload, 0, payload.length);
        Object refused = srtp.protectRtp(packet, header, 0, packet, header, payload.length, ssrc, number & 0xFFFF);
        if (refused != null) {
            throw new IllegalStateException(refused.toString());
        }
        send(packet.toByteArray(), to);
        packet.release();
    }

    private void send(byte[] datagram, SocketAddress to) {
        try {
            if (channel.isOpen()) {
                channel.send(ByteBuffer.wrap(datagram), to);
            }
        } catch (ClosedChannelException e) {
            // Closed meanwhile.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void transmit(byte[] datagram) {
        SocketAddress to = selected;
        if (to != null) {
            send(datagram, to);
        }
    }

    @Override
    public void connected(SrtpKeys keys) {
        synchronized (this) {
            sender = new SrtpSender(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers);
        }
        receiver = new SrtpReceiver(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
        whenConnected.run();
    }

    @Override
    public void failed(String reason) {
        throw new IllegalStateException(reason);
    }

    @Override
    public void closed() {
        // The bot has gone, as it should.
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
