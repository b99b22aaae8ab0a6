package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes the decrypted packets that a publisher would have sent. */
final class Packets {
    static final int OPUS_PT = 111;
    static final int VP8_PT = 96;
    static final int VP8_RTX_PT = 97;
    static final int SUBSCRIBER_OPUS_PT = 109;
    static final int SUBSCRIBER_VP8_PT = 120;
    static final int SUBSCRIBER_VP8_RTX_PT = 124;

    /** Chromium's numbers. */
    static final RtpExtensionMap PUBLISHER_EXTENSIONS = RtpExtensionMap.from(Map.of(
            RtpExtension.AUDIO_LEVEL, 1,
            RtpExtension.ABS_SEND_TIME, 2,
            RtpExtension.TRANSPORT_CC, 3,
            RtpExtension.MID, 4,
            RtpExtension.RID, 10,
            RtpExtension.DEPENDENCY_DESCRIPTOR, 12,
            RtpExtension.VIDEO_ORIENTATION, 13));

    /** All different from the publisher's. */
    static final RtpExtensionMap SUBSCRIBER_EXTENSIONS = RtpExtensionMap.from(Map.of(
            RtpExtension.MID, 1,
            RtpExtension.AUDIO_LEVEL, 2,
            RtpExtension.TRANSPORT_CC, 5,
            RtpExtension.ABS_SEND_TIME, 6,
            RtpExtension.VIDEO_ORIENTATION, 7,
            RtpExtension.DEPENDENCY_DESCRIPTOR, 8));

    private static final int H264_PT = 108;
    private static final Map<String, String> H264_PARAMETERS =
            Map.of("packetization-mode", "1", "profile-level-id", "42e01f");

    static final PayloadTypes PUBLISHER_TYPES = new PayloadTypes(List.of(
            PayloadFormat.of(OPUS_PT, -1, Codec.OPUS, 48_000, Map.of()),
            PayloadFormat.of(VP8_PT, VP8_RTX_PT, Codec.VP8, 90_000, Map.of()),
            PayloadFormat.of(98, 99, Codec.VP9, 90_000, Map.of("profile-id", "2")),
            PayloadFormat.of(H264_PT, H264_PT + 1, Codec.H264, 90_000, H264_PARAMETERS)));

    static final PayloadTypes SUBSCRIBER_TYPES = new PayloadTypes(List.of(
            PayloadFormat.of(SUBSCRIBER_OPUS_PT, -1, Codec.OPUS, 48_000, Map.of()),
            PayloadFormat.of(SUBSCRIBER_VP8_PT, SUBSCRIBER_VP8_RTX_PT, Codec.VP8, 90_000, Map.of()),
            PayloadFormat.of(H264_PT, H264_PT + 1, Codec.H264, 90_000, H264_PARAMETERS)));

    private static final byte[] PUBLISHER_MID = {'0'};

    final PacketPool pool;
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final RtpPacket view = new RtpPacket();

    Packets(PacketPool pool) {
        this.pool = pool;
    }

    /** A VP8 packet: descriptor with a picture id of 15 bits and TL0PICIDX, payload header, {@code bytes} of content. */
    PacketBuffer vp8(int ssrc, int sequence, int timestamp, int pictureId, boolean keyframe, int bytes) {
        PacketBuffer packet = acquire();
        writer.begin(packet, VP8_PT, true, sequence, timestamp, ssrc);
        writer.extensionU24(2, 0x123456);
        writer.extensionU16(3, sequence);
        writer.extensionBytes(4, PUBLISHER_MID);
        writer.extensionU8(13, 1);
        int at = writer.finish();
        packet.putU8(at, 0x90);
        packet.putU8(at + 1, 0xC0);
        packet.putU16(at + 2, 0x8000 | pictureId);
        packet.putU8(at + 4, pictureId & 0xFF);
        packet.putU8(at + 5, keyframe ? 0x10 : 0x11);
        for (int i = 0; i < bytes; i++) {
            packet.putU8(at + 6 + i, sequence + i);
        }
        packet.length(at + 6 + bytes);
        return packet;
    }

    /** An H.264 packet with this payload. */
    PacketBuffer h264(int ssrc, int sequence, int timestamp, int... payload) {
        PacketBuffer packet = acquire();
        writer.begin(packet, H264_PT, false, sequence, timestamp, ssrc);
        int at = writer.finish();
        for (int i = 0; i < payload.length; i++) {
            packet.putU8(at + i, payload[i]);
        }
        packet.length(at + payload.length);
        return packet;
    }

    /** An Opus packet with an audio level. */
    PacketBuffer opus(int ssrc, int sequence, int timestamp, int level) {
        PacketBuffer packet = acquire();
        writer.begin(packet, OPUS_PT, false, sequence, timestamp, ssrc);
        writer.extensionU8(1, level);
        int at = writer.finish();
        packet.putI32(at, sequence);
        packet.length(at + 4);
        return packet;
    }

    /** A packet of nothing but padding. */
    PacketBuffer padding(int ssrc, int sequence, int timestamp) {
        PacketBuffer packet = acquire();
        writer.begin(packet, VP8_PT, false, sequence, timestamp, ssrc);
        int at = writer.finish();
        packet.putU8(0, packet.u8(0) | 0x20);
        for (int i = 0; i < 100; i++) {
            packet.putU8(at + i, 100);
        }
        packet.length(at + 100);
        return packet;
    }

    /** The retransmission of {@code original}, which it takes over. */
    PacketBuffer rtx(PacketBuffer original, int rtxSsrc, int rtxSequence) {
        RtpPacket source = new RtpPacket();
        if (!source.wrap(original)) {
            throw new IllegalArgumentException("no RTP packet");
        }
        PacketBuffer packet = acquire();
        int header = source.headerLength();
        packet.copyFrom(0, original, 0, header);
        packet.putU16(header, source.sequenceNumber());
        packet.copyFrom(header + 2, original, header, original.length() - header);
        packet.length(original.length() + 2);
        packet.putU8(1, source.marker() ? 0x80 | VP8_RTX_PT : VP8_RTX_PT);
        packet.putU16(2, rtxSequence);
        packet.putI32(8, rtxSsrc);
        original.release();
        return packet;
    }

    /** The one view, on this packet. */
    RtpPacket view(PacketBuffer packet) {
        if (!view.wrap(packet) || !view.refreshPayload()) {
            throw new IllegalArgumentException("no RTP packet");
        }
        return view;
    }

    private PacketBuffer acquire() {
        return Objects.requireNonNull(pool.acquire(), "pool is empty");
    }
}
