package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress.Transport;
import java.util.HexFormat;
import java.util.Objects;

/** Packets, addresses and credentials that the tests of this package share. */
final class StunFixtures {
    static final IceCredentials LOCAL = new IceCredentials("srvU", "serverPasswordOf24Chars/");
    static final IceCredentials REMOTE = new IceCredentials("cliU", "clientPasswordOf24Chars+");
    static final TransportAddress ALICE = udp(10, 40_000);
    static final TransportAddress ALICE_MOVED = udp(77, 50_000);
    static final long HOST_PRIORITY = 0x6E00_01FFL;

    /** RFC 5769 §2: what all the samples share. */
    static final String RFC_PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

    static final String RFC_TRANSACTION = "b7e7a701bc34d686fa87dfae";

    /** RFC 5769 §2.1: sample request. */
    static final byte[] RFC_REQUEST = hex("00010058 2112a442" + RFC_TRANSACTION
            + "80220010 5354554e 20746573 7420636c 69656e74"
            + "00240004 6e0001ff"
            + "80290008 932ff9b1 51263b36"
            + "00060009 6576746a 3a683676 59202020"
            + "00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2"
            + "80280004 e57a3bcf");

    /** RFC 5769 §2.2: sample IPv4 response. */
    static final byte[] RFC_IPV4_RESPONSE = hex("0101003c 2112a442" + RFC_TRANSACTION
            + "8022000b 74657374 20766563 746f7220"
            + "00200008 0001a147 e112a643"
            + "00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7"
            + "80280004 c07d4c96");

    /** RFC 5769 §2.3: sample IPv6 response. */
    static final byte[] RFC_IPV6_RESPONSE = hex("01010048 2112a442" + RFC_TRANSACTION
            + "8022000b 74657374 20766563 746f7220"
            + "00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"
            + "00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41"
            + "80280004 c8fb0b4c");

    private StunFixtures() {}

    static TransportAddress udp(int lastOctet, int port) {
        return TransportAddress.ofIpv4(Transport.UDP, 0xC000_0200 | lastOctet, port);
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static PacketBuffer acquire(PacketPool pool) {
        return Objects.requireNonNull(pool.acquire(), "the test's pool is empty");
    }

    static void fill(PacketBuffer packet, byte[] bytes, int length) {
        packet.length(length);
        packet.putBytes(0, bytes, 0, length);
    }

    static PacketBuffer packet(PacketPool pool, byte[] bytes) {
        PacketBuffer packet = acquire(pool);
        fill(packet, bytes, bytes.length);
        return packet;
    }
}
