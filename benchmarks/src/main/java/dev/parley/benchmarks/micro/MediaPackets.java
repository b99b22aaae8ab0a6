package dev.parley.benchmarks.micro;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import java.util.Map;

/** Packets of VP8 as browsers send them. */
final class MediaPackets {
    static final int SSRC = 0x1234_5679;
    static final int VP8 = 96;
    static final int VP8_RTX = 97;
    static final int ABS_SEND_TIME_ID = 2;
    static final int TRANSPORT_CC_ID = 3;
    static final RtpExtensionMap EXTENSIONS = RtpExtensionMap.from(
            Map.of(RtpExtension.ABS_SEND_TIME, ABS_SEND_TIME_ID, RtpExtension.TRANSPORT_CC, TRANSPORT_CC_ID));

    private final RtpHeaderWriter header = new RtpHeaderWriter();

    /** Writes a packet of {@code bytes} bytes, and returns the length of its header. */
    int write(PacketBuffer packet, int sequence, int frame, boolean keyframe, int bytes) {
        header.begin(packet, VP8, false, sequence & 0xFFFF, frame * 3_000, SSRC);
        header.extensionU24(ABS_SEND_TIME_ID, frame & 0xFF_FFFF);
        header.extensionU16(TRANSPORT_CC_ID, sequence & 0xFFFF);
        int headerLength = header.finish();
        packet.length(bytes);
        packet.putU8(headerLength, 0x90);
        packet.putU8(headerLength + 1, 0xE0);
        packet.putU16(headerLength + 2, 0x8000 | frame & 0x7FFF);
        packet.putU8(headerLength + 4, frame & 0xFF);
        packet.putU8(headerLength + 5, 0);
        packet.putU8(headerLength + 6, keyframe ? 0 : 1);
        return headerLength;
    }
}
