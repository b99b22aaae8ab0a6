package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.util.HexFormat;
import java.util.Objects;

/** Packets for tests. */
public final class Packets {
    private Packets() {}

    /** An empty packet of full capacity. */
    public static PacketBuffer empty() {
        return Objects.requireNonNull(PacketPool.bounded(1).acquire());
    }

    /** A packet of bytes written in hex; blanks and line ends are for the reader. */
    public static PacketBuffer of(String hex) {
        return of(bytes(hex));
    }

    /** A packet at the very end of its memory, so that reading beyond its length throws. */
    public static PacketBuffer of(byte[] bytes) {
        return of(bytes, PacketPool.bounded(1));
    }

    /** The same from a pool, to be released, for a test that makes millions. */
    public static PacketBuffer of(byte[] bytes, PacketPool pool) {
        PacketBuffer packet = Objects.requireNonNull(pool.acquire());
        packet.length(packet.capacity());
        packet.trimFront(packet.length() - bytes.length);
        packet.putBytes(0, bytes, 0, bytes.length);
        return packet;
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** A whole RTP packet, read. */
    public static RtpPacket parsed(byte[] bytes) {
        RtpPacket rtp = new RtpPacket();
        if (!rtp.wrap(of(bytes)) || !rtp.refreshPayload()) {
            throw new IllegalArgumentException("no RTP packet");
        }
        return rtp;
    }

    /** An RTP packet with this payload and no header extensions. */
    public static RtpPacket withPayload(String hex) {
        RtpPacket rtp = new RtpPacket();
        if (!rtp.wrap(of("80600001 00000002 00000003" + hex)) || !rtp.refreshPayload()) {
            throw new IllegalArgumentException(hex);
        }
        return rtp;
    }
}
