package dev.parley.benchmarks.jitsi;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
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
import dev.parley.sfu.rtcp.RtcpWriter;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import dev.parley.sfu.rtp.RtxPayload;
import dev.parley.sfu.srtp.SrtpReceiver;
import dev.parley.sfu.srtp.SrtpSender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a fake videobridge, with a socket and a thread: controlled by the bot in ICE, server in DTLS, and SRTP that
 * is decrypted and encrypted again. Media is guarded by its conference's monitor.
 */
final class FakeEndpoint implements Runnable, DtlsTransport.Listener, AutoCloseable {
    private static final int PADDING_BYTES = 255;
    private static final int TRANSPORT_CC_ID = 3;

    /**
     * What it sends.
     *
     * @param encodings their SSRCs, from the smallest to the largest
     * @param retransmissions the SSRC of what the first encoding sends again, 0 for none
     */
    record Source(String name, boolean audio, List<Integer> encodings, int retransmissions) {}

    private final FakeConference conference;
    private final String id;
    private final IceCredentials ice = IceCredentials.generate(new SecureRandom());
    private final StunIntegrity integrity = new StunIntegrity(ice.password());
    private final PacketPool pool = PacketPool.bounded(8);
    private final DatagramChannel channel = DatagramChannel.open();
    private final BouncyCastleDtls dtls;
    private final SrtpCipherProvider ciphers;
    private final List<Source> sources = new ArrayList<>();
    private final Map<String, Integer> wantedLines = new HashMap<>();
    private final Map<String, FakeProjection> projections = new HashMap<>();
    private volatile @Nullable Fingerprint fingerprint;
    private volatile @Nullable IceCredentials remoteIce;
    private volatile @Nullable SocketAddress remote;
    private @Nullable SrtpReceiver receiver;
    private @Nullable SrtpSender sender;
    private int transportSequence;
    private int paddingSequence;

    FakeEndpoint(FakeConference conference, String id, BouncyCastleDtls dtls, SrtpCipherProvider ciphers)
            throws IOException {
        this.conference = conference;
        this.id = id;
        this.dtls = dtls;
        this.ciphers = ciphers;
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    String id() {
        return id;
    }

    IceCredentials ice() {
        return ice;
    }

    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    void remote(IceCredentials credentials, Fingerprint told) {
        remoteIce = credentials;
        fingerprint = told;
    }

    List<Source> sources() {
        return sources;
    }

    /** Lines that it wants of a source; nothing of one that it has not named. */
    int wantedLines(String source) {
        return wantedLines.getOrDefault(source, 0);
    }

    void wants(String source, int lines) {
        synchronized (conference) {
            wantedLines.put(source, lines);
        }
    }

    FakeProjection projection(Source source) {
        return projections.computeIfAbsent(source.name(), _ -> new FakeProjection());
    }

    // --- receiving -------------------------------------------------------------------------------------------------

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
                    check(packet, from);
                } else if (first < 64) {
                    association = association == null ? associate() : association;
                    Object _ = association == null ? null : association.receive(packet);
                } else {
                    synchronized (conference) {
                        media(packet);
                    }
                }
            }
        } catch (ClosedChannelException e) {
            packet.release();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable DtlsTransport associate() {
        Fingerprint expected = fingerprint;
        return expected == null ? null : dtls.start(expected, this);
    }

    private void check(PacketBuffer packet, InetSocketAddress from) throws IOException {
        StunMessage message = new StunMessage();
        IceCredentials known = remoteIce;
        if (!message.wrap(packet) || message.messageClass() != StunClass.REQUEST || !integrity.matches(message)) {
            return;
        }
        // Whoever is not known by Colibri2 is not let in.
        if (known == null) {
            return;
        }
        remote = from;
        PacketBuffer answer = Objects.requireNonNull(pool.acquire());
        TransportAddress mapped = TransportAddress.of(
                TransportAddress.Transport.UDP, from.getAddress().getAddress(), from.getPort());
        new StunWriter().bindingSuccess(answer, message, mapped, integrity);
        channel.send(ByteBuffer.wrap(answer.toByteArray()), from);
        answer.release();
    }

    private void media(PacketBuffer packet) {
        SrtpReceiver srtp = receiver;
        if (srtp == null) {
            return;
        }
        if (packet.u8(1) >= 192 && packet.u8(1) <= 223) {
            if (srtp.unprotectRtcp(packet) == null) {
                conference.onRtcp(this, packet);
            }
            return;
        }
        RtpPacket rtp = new RtpPacket();
        if (rtp.wrap(packet)
                && srtp.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber()) == null
                && rtp.refreshPayload()) {
            conference.onRtp(this, rtp);
        }
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** Sends a decrypted packet of another endpoint's on, as it comes. */
    void forward(RtpPacket rtp) {
        forward(rtp, rtp.ssrc(), rtp.sequenceNumber());
    }

    /** Sends a packet again (RFC 4588 §4), in its own stream and behind the number that it had. */
    void resend(byte[] original, int headerLength, int ssrc, int sequence) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        int payload = original.length - headerLength + RtxPayload.HEADER_LENGTH;
        packet.length(headerLength + payload);
        packet.putBytes(0, original, 0, headerLength);
        packet.putBytes(
                headerLength + RtxPayload.HEADER_LENGTH, original, headerLength, original.length - headerLength);
        packet.putU16(headerLength, packet.u16(2));
        // The payload type after the original's.
        packet.putU8(1, packet.u8(1) + 1);
        packet.putU16(2, sequence);
        packet.putI32(8, ssrc);
        send(packet, headerLength, payload, ssrc, sequence);
    }

    /** A decrypted packet as it goes on. */
    void forward(RtpPacket rtp, int ssrc, int sequence) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        int length = rtp.headerLength() + rtp.payloadLength();
        packet.length(length);
        packet.copyFrom(0, rtp.packet(), 0, length);
        packet.putU16(2, sequence);
        packet.putI32(8, ssrc);
        packet.putU16(rtp.extensionOffset(TRANSPORT_CC_ID), transportSequence++ & 0xFFFF);
        send(packet, rtp.headerLength(), rtp.payloadLength(), ssrc, sequence);
    }

    /** A probe for bandwidth: padding on an SSRC of the bridge's own. */
    void pad(int ssrc, int payloadType) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        int sequence = paddingSequence++ & 0xFFFF;
        int header = RtpPacket.FIXED_HEADER_LENGTH;
        RtpHeaderWriter.writeFixed(packet, payloadType, false, sequence, 0, ssrc);
        packet.length(header + PADDING_BYTES);
        packet.putBytes(header, new byte[PADDING_BYTES], 0, PADDING_BYTES);
        packet.putU8(0, packet.u8(0) | 0x20);
        packet.putU8(header + PADDING_BYTES - 1, PADDING_BYTES);
        send(packet, header, PADDING_BYTES, ssrc, sequence);
    }

    private void send(PacketBuffer packet, int header, int payload, int ssrc, int sequence) {
        SrtpSender srtp = sender;
        Object refused = srtp == null
                ? "not connected"
                : srtp.protectRtp(packet, header, 0, packet, header, payload, ssrc, sequence);
        if (refused == null) {
            transmit(packet.toByteArray());
        } else if (srtp != null) {
            throw new IllegalStateException(refused.toString());
        }
        packet.release();
    }

    void askForKeyframe(int from, int ssrc) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        RtcpWriter writer = new RtcpWriter();
        writer.begin(packet);
        boolean _ = writer.pli(from, ssrc);
        if (sender != null && sender.protectRtcp(packet) == null) {
            transmit(packet.toByteArray());
        }
        packet.release();
    }

    boolean isConnected() {
        return sender != null;
    }

    @Override
    public void transmit(byte[] datagram) {
        SocketAddress to = remote;
        try {
            if (to != null && channel.isOpen()) {
                channel.send(ByteBuffer.wrap(datagram), to);
            }
        } catch (ClosedChannelException e) {
            // Expired meanwhile.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void connected(SrtpKeys keys) {
        synchronized (conference) {
            sender = new SrtpSender(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers);
            receiver = new SrtpReceiver(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
        }
    }

    @Override
    public void failed(String reason) {
        if (channel.isOpen()) {
            throw new IllegalStateException(reason);
        }
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
