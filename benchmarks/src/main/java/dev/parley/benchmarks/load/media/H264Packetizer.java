package dev.parley.benchmarks.load.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Packetization mode 1 of RFC 6184: neighbouring small NAL units in a STAP-A, large ones in FU-As. */
final class H264Packetizer implements Packetizer {
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int FU_START = 0x80;
    private static final int FU_END = 0x40;
    private static final int FU_HEADERS = 2;
    private static final int LENGTH_BYTES = 2;

    @Override
    public List<byte[]> packetize(EncodedFrame frame, int maxBytes) {
        List<byte[]> payloads = new ArrayList<>();
        List<byte[]> together = new ArrayList<>();
        int size = 1;
        for (byte[] unit : units(frame.data())) {
            if (!together.isEmpty() && size + LENGTH_BYTES + unit.length > maxBytes) {
                payloads.add(aggregate(together));
                together.clear();
                size = 1;
            }
            if (unit.length > maxBytes) {
                payloads.addAll(fragments(unit, maxBytes));
            } else {
                together.add(unit);
                size += LENGTH_BYTES + unit.length;
            }
        }
        if (!together.isEmpty()) {
            payloads.add(aggregate(together));
        }
        return payloads;
    }

    /** The NAL units between the start codes of Annex B. */
    static List<byte[]> units(byte[] annexB) {
        List<byte[]> units = new ArrayList<>();
        int start = -1;
        for (int i = 0; i + 2 < annexB.length; i++) {
            if (annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1) {
                add(units, annexB, start, i);
                start = i + 3;
                i += 2;
            }
        }
        add(units, annexB, start, annexB.length);
        if (units.isEmpty()) {
            throw new IllegalArgumentException("an access unit without a start code");
        }
        return units;
    }

    private static void add(List<byte[]> units, byte[] annexB, int start, int next) {
        // Of a start code of four bytes the first looks like the end of what is before; a unit ends in no zero.
        int end = next;
        while (end > start && start >= 0 && annexB[end - 1] == 0) {
            end--;
        }
        if (start >= 0 && end > start) {
            units.add(Arrays.copyOfRange(annexB, start, end));
        }
    }

    private static byte[] aggregate(List<byte[]> units) {
        if (units.size() == 1) {
            return units.getFirst();
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int importance = units.stream().mapToInt(unit -> unit[0] & 0x60).max().orElse(0);
        payload.write(importance | STAP_A);
        for (byte[] unit : units) {
            payload.write(unit.length >>> 8);
            payload.write(unit.length);
            payload.writeBytes(unit);
        }
        return payload.toByteArray();
    }

    private static List<byte[]> fragments(byte[] unit, int maxBytes) {
        byte[] rest = Arrays.copyOfRange(unit, 1, unit.length);
        List<byte[]> parts = Packetizer.evenly(rest, maxBytes - FU_HEADERS);
        List<byte[]> fragments = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            byte[] part = parts.get(i);
            byte[] payload = new byte[part.length + FU_HEADERS];
            payload[0] = (byte) (unit[0] & 0x60 | FU_A);
            int flags = (i == 0 ? FU_START : 0) | (i == parts.size() - 1 ? FU_END : 0);
            payload[1] = (byte) (flags | unit[0] & 0x1F);
            System.arraycopy(part, 0, payload, FU_HEADERS, part.length);
            fragments.add(payload);
        }
        return fragments;
    }
}
