package dev.parley.benchmarks.load.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * AV1 RTP specification §4: OBUs without their size fields, each with its length before it (W is 0), cut where a packet
 * is full.
 */
final class Av1Packetizer implements Packetizer {
    private static final int TEMPORAL_DELIMITER = 2;
    private static final int HAS_EXTENSION = 0x04;
    private static final int HAS_SIZE = 0x02;
    private static final int CONTINUES = 0x80;
    private static final int GOES_ON = 0x40;
    private static final int NEW_SEQUENCE = 0x08;
    /** Less than this is not worth the beginning of an OBU. */
    private static final int LEAST_PIECE_BYTES = 16;

    private static final int LENGTH_BYTES = 2;

    @Override
    public List<byte[]> packetize(EncodedFrame frame, int maxBytes) {
        List<byte[]> payloads = new ArrayList<>();
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int header = frame.keyframe() ? NEW_SEQUENCE : 0;
        for (byte[] obu : obus(frame.data())) {
            int at = 0;
            while (at < obu.length) {
                int room = maxBytes - 1 - payload.size() - LENGTH_BYTES;
                if (room < Math.min(LEAST_PIECE_BYTES, obu.length - at)) {
                    payloads.add(withHeader(header | (at > 0 ? GOES_ON : 0), payload));
                    header = at > 0 ? CONTINUES : 0;
                    continue;
                }
                int piece = Math.min(room, obu.length - at);
                writeLeb128(payload, piece);
                payload.write(obu, at, piece);
                at += piece;
            }
        }
        payloads.add(withHeader(header, payload));
        return payloads;
    }

    private static byte[] withHeader(int header, ByteArrayOutputStream elements) {
        byte[] payload = new byte[1 + elements.size()];
        payload[0] = (byte) header;
        System.arraycopy(elements.toByteArray(), 0, payload, 1, elements.size());
        elements.reset();
        return payload;
    }

    /** The OBUs of a temporal unit, without size fields and temporal delimiters (§5). */
    static List<byte[]> obus(byte[] unit) {
        List<byte[]> obus = new ArrayList<>();
        int at = 0;
        while (at < unit.length) {
            int first = unit[at] & 0xFF;
            int headerBytes = (first & HAS_EXTENSION) != 0 ? 2 : 1;
            int sizeAt = at + headerBytes;
            int dataAt = sizeAt;
            int size = unit.length - sizeAt;
            if ((first & HAS_SIZE) != 0) {
                size = 0;
                int shift = 0;
                int octet;
                do {
                    octet = unit[dataAt++];
                    size |= (octet & 0x7F) << shift;
                    shift += 7;
                } while ((octet & 0x80) != 0);
            }
            if (size < 0 || dataAt + size > unit.length) {
                throw new IllegalArgumentException("an OBU is longer than its temporal unit");
            }
            if ((first >>> 3 & 0x0F) != TEMPORAL_DELIMITER) {
                byte[] obu = new byte[headerBytes + size];
                System.arraycopy(unit, at, obu, 0, headerBytes);
                obu[0] = (byte) (first & ~HAS_SIZE);
                System.arraycopy(unit, dataAt, obu, headerBytes, size);
                obus.add(obu);
            }
            at = dataAt + size;
        }
        if (obus.isEmpty()) {
            throw new IllegalArgumentException("a temporal unit without anything to decode: " + Arrays.toString(unit));
        }
        return obus;
    }

    /** At most two bytes, as no packet is longer than 16,383. */
    private static void writeLeb128(ByteArrayOutputStream out, int value) {
        if (value >= 0x80) {
            out.write(value & 0x7F | 0x80);
            out.write(value >>> 7);
        } else {
            out.write(value);
        }
    }
}
