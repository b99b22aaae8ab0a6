package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.offer.Description;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.handshake.DtlsLimits;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.StunClass;
import dev.parley.sfu.ice.StunIntegrity;
import dev.parley.sfu.ice.StunMessage;
import dev.parley.sfu.ice.StunWriter;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server of one publisher and one viewer that does to decrypted packets what a test says, and numbers anew what it sends:
 * what it does wrong shows in no sequence number and in no authentication tag.
 */
final class FaultyRelay implements AutoCloseable {
    /** What becomes of a packet. */
    enum Fate {
        FORWARD,
        /** Left out, and its number given to the next. */
        DROP_UNSEEN,
        /** Left out, with its number. */
        DROP,
        CORRUPT,
        /** Sent after the next one. */
        AFTER_NEXT
    }

    /** Says what is to become of the n-th packet of the publisher's. */
    interface Plan {
        Fate of(int packet);
    }

    private static final int VIEWER_SSRC = 4_711;

    private final Plan plan;
    private final BouncyCastleDtls dtls =
            BouncyCastleDtls.server(DtlsCertificate.generate(new SecureRandom(), Instant.now()), DtlsLimits.defaults());
    private final SrtpCipherProvider ciphers = SrtpCipherProviders.select("jdk", System::nanoTime);
    private final AtomicInteger packets = new AtomicInteger();
    private final List<Side> sides = new ArrayList<>();
    private final Side publisher;
    private final Side viewer;
    private int sequence = 100;
    private byte @Nullable [] held;

    FaultyRelay(Plan plan) throws IOException {
        this.plan = plan;
        this.publisher = new Side(true);
        this.viewer = new Side(false);
        sides.forEach(side -> Thread.ofVirtual().start(side));
    }

    String answerToPublisher(String offer) throws IOException {
        return publisher.answer(offer, "a=recvonly");
    }

    String answerToViewer(String offer) throws IOException {
        return viewer.answer(offer, "a=sendonly", "a=ssrc:" + VIEWER_SSRC + " cname:relay");
    }

    /** Called by the publisher's thread alone. */
    private void relay(RtpPacket rtp) {
        byte[] payload = new byte[rtp.payloadLength()];
        rtp.packet().getBytes(rtp.payloadOffset(), payload, 0, payload.length);
        switch (plan.of(packets.getAndIncrement())) {
            case FORWARD -> forward(rtp, payload);
            case DROP_UNSEEN -> {
                // As if it had never been.
            }
            case DROP -> sequence++;
            case CORRUPT -> {
                payload[payload.length - 1] ^= 0x10;
                forward(rtp, payload);
            }
            case AFTER_NEXT -> held = payload;
        }
    }

    private void forward(RtpPacket rtp, byte[] payload) {
        viewer.send(rtp, payload, sequence++);
        byte[] late = held;
        if (late != null) {
            held = null;
            viewer.send(rtp, late, sequence++);
        }
    }

    /** One of the two connections, with a socket and a thread; ICE-lite, DTLS server. */
    private final class Side implements Runnable, DtlsTransport.Listener {
        private final boolean receives;
        private final DatagramChannel channel = DatagramChannel.open();
        private final IceCredentials ice = IceCredentials.generate(new SecureRandom());
        private final StunIntegrity integrity = new StunIntegrity(ice.password());
        private final PacketPool pool = PacketPool.bounded(4);
        private volatile @Nullable Fingerprint fingerprint;
        private volatile @Nullable SocketAddress remote;
        private volatile @Nullable SrtpReceiver receiver;
        private volatile @Nullable SrtpSender sender;

        Side(boolean receives) throws IOException {
            this.receives = receives;
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            sides.add(this);
        }

        String answer(String offer, String... attributes) throws IOException {
            fingerprint = offer.lines()
                    .filter(line -> line.startsWith("a=fingerprint:"))
                    .map(line -> Fingerprint.parse(line.substring("a=fingerprint:".length())))
                    .findFirst()
                    .orElseThrow();
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            String candidate = "candidate:1 1 udp 2130706431 127.0.0.1 " + port + " typ host";
            return new Description(ice, dtls.fingerprint(), "passive", List.of(candidate))
                    .section("0", Codec.VP8, Description.PLAIN, attributes)
                    .toSdp();
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
                        check(packet, from);
                    } else if (first < 64) {
                        association = association == null
                                ? Objects.requireNonNull(dtls.start(Objects.requireNonNull(fingerprint), this))
                                : association;
                        Object _ = association.receive(packet);
                    } else {
                        media(packet);
                    }
                }
            } catch (ClosedChannelException e) {
                packet.release();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void check(PacketBuffer packet, InetSocketAddress from) throws IOException {
            StunMessage message = new StunMessage();
            if (!message.wrap(packet) || message.messageClass() != StunClass.REQUEST || !integrity.matches(message)) {
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
            RtpPacket rtp = new RtpPacket();
            boolean rtcp = packet.u8(1) >= 192 && packet.u8(1) <= 223;
            if (srtp == null || rtcp || !receives || !rtp.wrap(packet)) {
                return;
            }
            Object refused = srtp.unprotectRtp(packet, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
            if (refused == null && rtp.refreshPayload()) {
                relay(rtp);
            }
        }

        /** Called by the publisher's thread. */
        void send(RtpPacket original, byte[] payload, int number) {
            SrtpSender srtp = sender;
            SocketAddress to = remote;
            if (srtp == null || to == null) {
                return;
            }
            PacketBuffer packet = Objects.requireNonNull(original.packet());
            int timestamp = original.timestamp();
            boolean marker = original.marker();
            RtpHeaderWriter.writeFixed(packet, original.payloadType(), marker, number & 0xFFFF, timestamp, VIEWER_SSRC);
            packet.length(RtpPacket.FIXED_HEADER_LENGTH + payload.length);
            packet.putBytes(RtpPacket.FIXED_HEADER_LENGTH, payload, 0, payload.length);
            int header = RtpPacket.FIXED_HEADER_LENGTH;
            Object refused =
                    srtp.protectRtp(packet, header, 0, packet, header, payload.length, VIEWER_SSRC, number & 0xFFFF);
            if (refused != null) {
                throw new IllegalStateException(refused.toString());
            }
            try {
                channel.send(ByteBuffer.wrap(packet.toByteArray()), to);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void transmit(byte[] datagram) {
            SocketAddress to = remote;
            try {
                if (to != null && channel.isOpen()) {
                    channel.send(ByteBuffer.wrap(datagram), to);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void connected(SrtpKeys keys) {
            sender = new SrtpSender(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers);
            receiver = new SrtpReceiver(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
        }

        @Override
        public void failed(String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public void closed() {
            // The bot has gone, as it should.
        }
    }

    @Override
    public void close() throws IOException {
        for (Side side : sides) {
            side.channel.close();
        }
    }
}
