package dev.parley.sfu.shard;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.ice.StunIntegrity;
import dev.parley.sfu.ice.StunWriter;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.srtp.SrtpSender;
import dev.parley.sfu.stats.Counter;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** A browser with one section of video, whose datagrams a {@link MemoryRoom} carries; it publishes, or only counts. */
final class MemoryClient {
    static final int VP8 = 96;
    static final String MID = "0";

    private static final int HEADER_LENGTH = 12;
    private static final int FRAME_UNITS = 3_000;

    private final int number;
    private final boolean publishes;
    private final TransportAddress address;
    private final IceCredentials ice;
    private final SrtpSender sender;
    private final int ssrc;
    private int sequence = 1_000;

    // Of what it is sent: by the thread of its shard.
    private final Counter received = new Counter();
    private int mediaSsrc;
    private int expected = -1;
    private final Counter outOfOrder = new Counter();

    MemoryClient(int number, boolean publishes, SrtpCipherProvider ciphers) {
        this.number = number;
        this.publishes = publishes;
        this.address = TransportAddress.ofIpv4(TransportAddress.Transport.UDP, 0x0A00_0001, number);
        this.ice = IceCredentials.generate(new Random(number));
        SrtpKeys keys = MemoryDtls.keysOf(number);
        this.sender = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers);
        this.ssrc = ThreadLocalRandom.current().nextInt() | 1;
    }

    TransportAddress address() {
        return address;
    }

    /** Packets that have come in the order of their numbers. */
    long received() {
        return received.value();
    }

    /** Packets that came before or after their place. */
    long outOfOrder() {
        return outOfOrder.value();
    }

    String offer(Fingerprint fingerprint) {
        String section = """
                v=0
                o=- 4711 1 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE 0
                m=video 9 UDP/TLS/RTP/SAVPF 96 97
                c=IN IP4 0.0.0.0
                a=ice-ufrag:%s
                a=ice-pwd:%s
                a=fingerprint:%s
                a=setup:actpass
                a=mid:0
                a=rtcp-mux
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack
                a=rtcp-fb:96 nack pli
                a=rtpmap:97 rtx/90000
                a=fmtp:97 apt=96
                """.formatted(ice.ufrag(), ice.password(), fingerprint.toSdp());
        String direction = publishes
                ? "a=sendonly\na=msid:- camera\na=ssrc:" + Integer.toUnsignedString(ssrc) + " cname:memory\n"
                : "a=recvonly\n";
        return (section + direction).replace("\n", "\r\n");
    }

    /** A check that nominates its one path. */
    byte[] check(IceCredentials server) {
        try (PacketPool pool = PacketPool.bounded(1)) {
            PacketBuffer packet = Objects.requireNonNull(pool.acquire());
            StunIntegrity integrity = new StunIntegrity(server.password());
            String username = server.ufrag() + ":" + ice.ufrag();
            new StunWriter().bindingRequest(packet, number, 1, username, 0x6E00_01FFL, number, true, integrity);
            byte[] bytes = packet.toByteArray();
            packet.release();
            return bytes;
        }
    }

    /** The next frame, of one packet; the first one is a keyframe. */
    byte[] frame(PacketPool pool, int payloadLength) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.length(HEADER_LENGTH + payloadLength);
        packet.putU16(0, 0x8080 | VP8);
        packet.putU16(2, sequence);
        packet.putI32(4, sequence * FRAME_UNITS);
        packet.putI32(8, ssrc);
        // RFC 7741 §4.2 and §4.3: the start of a partition, and the inverse key frame flag.
        packet.putU8(HEADER_LENGTH, 0x10);
        packet.putU8(HEADER_LENGTH + 1, sequence == 1_000 ? 0 : 1);
        sequence = sequence + 1 & 0xFFFF;
        int number16 = sequence - 1 & 0xFFFF;
        var refused = sender.protectRtp(packet, HEADER_LENGTH, 0, packet, HEADER_LENGTH, payloadLength, ssrc, number16);
        if (refused != null) {
            throw new IllegalStateException("the publisher could not protect its packet: " + refused);
        }
        byte[] bytes = packet.toByteArray();
        packet.release();
        return bytes;
    }

    /** The server has sent something, on its shard's thread. */
    void onDatagram(PacketBuffer packet) {
        boolean isRtp = packet.u8(0) >>> 6 == 2 && (packet.u8(1) < 192 || packet.u8(1) > 223);
        if (!isRtp) {
            return;
        }
        if (mediaSsrc == 0) {
            mediaSsrc = packet.i32(8);
        }
        if (packet.i32(8) != mediaSsrc) {
            return;
        }
        int number16 = packet.u16(2);
        if (expected >= 0 && number16 != expected) {
            outOfOrder.increment();
        }
        expected = number16 + 1 & 0xFFFF;
        received.increment();
    }
}
