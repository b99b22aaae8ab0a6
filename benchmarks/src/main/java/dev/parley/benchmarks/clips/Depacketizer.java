package dev.parley.benchmarks.clips;

import dev.parley.sfu.rtp.Av1Aggregation;
import dev.parley.sfu.rtp.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Makes a frame of the payloads of its packets, which are complete and in order. */
interface Depacketizer {
    /**
     * The frame.
     *
     * @throws IOException if the payloads make none
     */
    byte[] frame(List<byte[]> payloads) throws IOException;

    static Depacketizer of(Codec codec) {
        return switch (codec) {
            case H264 -> Depacketizer::h264;
            case AV1 -> Depacketizer::av1;
            case VP8, VP9, OPUS, RED, G722, PCMU, PCMA, RTX, ULPFEC, FLEXFEC -> Depacketizer::joined;
        };
    }

    private static byte[] joined(List<byte[]> payloads) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        payloads.forEach(frame::writeBytes);
        return frame.toByteArray();
    }

    /** RFC 6184 §5.6 to §5.8 into Annex B form: single NAL units, STAP-A and FU-A. */
    private static byte[] h264(List<byte[]> payloads) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (byte[] payload : payloads) {
            int type = payload[0] & 0x1F;
            if (type == H264Types.STAP_A) {
                unaggregate(payload, frame);
            } else if (type == H264Types.FU_A) {
                boolean starts = (payload[1] & 0x80) != 0;
                if (starts) {
                    startCode(frame);
                    frame.write(payload[0] & 0xE0 | payload[1] & 0x1F);
                }
                frame.write(payload, 2, payload.length - 2);
            } else if (type > 0 && type < H264Types.STAP_A) {
                startCode(frame);
                frame.writeBytes(payload);
            } else {
                throw new IOException("an H.264 payload of type " + type + " is not offered");
            }
        }
        return frame.toByteArray();
    }

    private static void unaggregate(byte[] payload, ByteArrayOutputStream frame) throws IOException {
        int at = 1;
        while (at + 2 < payload.length) {
            int size = (payload[at] & 0xFF) << 8 | payload[at + 1] & 0xFF;
            at += 2;
            if (size == 0 || at + size > payload.length) {
                throw new IOException("a STAP-A that says more than it has");
            }
            startCode(frame);
            frame.write(payload, at, size);
            at += size;
        }
    }

    private static void startCode(ByteArrayOutputStream frame) {
        frame.write(0);
        frame.write(0);
        frame.write(0);
        frame.write(1);
    }

    /** AV1 RTP specification §4.4 into OBUs with sizes. */
    private static byte[] av1(List<byte[]> payloads) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        ByteArrayOutputStream obu = new ByteArrayOutputStream();
        for (byte[] payload : payloads) {
            int header = payload[0] & 0xFF;
            if (Av1Aggregation.continuesObu(header) != obu.size() > 0) {
                throw new IOException("an AV1 payload begins in the middle of nothing");
            }
            int count = Av1Aggregation.elementCount(header);
            int at = 1;
            for (int element = 1; at < payload.length; element++) {
                int[] size = {payload.length - at};
                if (count == 0 || element < count) {
                    at = readLeb128(payload, at, size);
                }
                if (at + size[0] > payload.length) {
                    throw new IOException("an AV1 element that says more than it has");
                }
                obu.write(payload, at, size[0]);
                at += size[0];
                if (at < payload.length || !Av1Aggregation.obuContinues(header)) {
                    writeObu(obu.toByteArray(), frame);
                    obu.reset();
                }
            }
        }
        return frame.toByteArray();
    }

    private static int readLeb128(byte[] bytes, int start, int[] value) throws IOException {
        int at = start;
        int sum = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            if (at >= bytes.length) {
                break;
            }
            int octet = bytes[at++];
            sum |= (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0) {
                value[0] = sum;
                return at;
            }
        }
        throw new IOException("an AV1 element without a size");
    }

    /** AV1 specification §5.3.2: a size field is behind the header and its extension. */
    private static void writeObu(byte[] obu, ByteArrayOutputStream frame) {
        boolean extended = (obu[0] & 0x04) != 0;
        boolean hasSize = (obu[0] & 0x02) != 0;
        if (hasSize) {
            frame.writeBytes(obu);
            return;
        }
        int headerBytes = extended ? 2 : 1;
        frame.write(obu[0] | 0x02);
        if (extended) {
            frame.write(obu[1]);
        }
        int size = obu.length - headerBytes;
        while (size >= 0x80) {
            frame.write(size & 0x7F | 0x80);
            size >>>= 7;
        }
        frame.write(size);
        frame.write(obu, headerBytes, obu.length - headerBytes);
    }

    /** Types of RTP's own among those of NAL units (RFC 6184 §5.2). */
    final class H264Types {
        static final int STAP_A = 24;
        static final int FU_A = 28;

        private H264Types() {}
    }
}
