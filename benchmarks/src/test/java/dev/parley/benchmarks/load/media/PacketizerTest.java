package dev.parley.benchmarks.load.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.rtp.Codec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is cut is put together again here, by the rules of the payload formats, and must be what it was. */
final class PacketizerTest {
    private static final int MAX = 1_000;

    private final Random random = new Random(3);

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1_000, 1_001, 6_543})
    void vp8IsCutIntoPartsThatDifferByOneByteAtMostTheLargerLast(int size) {
        byte[] frame = bytes(size);

        List<byte[]> parts = cut(Codec.VP8, frame, true);

        ByteArrayOutputStream together = new ByteArrayOutputStream();
        parts.forEach(together::writeBytes);
        assertArrayEquals(frame, together.toByteArray());
        assertEquals((size + MAX - 1) / MAX, parts.size());
        assertTrue(parts.getLast().length - parts.getFirst().length <= 1);
        assertTrue(parts.getLast().length >= parts.getFirst().length);
    }

    @Test
    void h264UnitsComeBackFromAggregatesAndFragments() {
        List<byte[]> units = List.of(unit(0x67, 10), unit(0x68, 4), unit(0x65, 3_500), unit(0x41, 999), unit(0x06, 5));
        ByteArrayOutputStream annexB = new ByteArrayOutputStream();
        for (int i = 0; i < units.size(); i++) {
            // Start codes of four and of three bytes.
            annexB.writeBytes(i % 2 == 0 ? new byte[] {0, 0, 0, 1} : new byte[] {0, 0, 1});
            annexB.writeBytes(units.get(i));
        }

        List<byte[]> payloads = cut(Codec.H264, annexB.toByteArray(), true);

        assertEquals(24, payloads.getFirst()[0] & 0x1F, "the parameter sets together");
        List<byte[]> received = unitsOf(payloads);
        assertEquals(units.size(), received.size());
        for (int i = 0; i < units.size(); i++) {
            assertArrayEquals(units.get(i), received.get(i));
        }
    }

    /** RFC 6184 §5.7.1, §5.8. */
    private static List<byte[]> unitsOf(List<byte[]> payloads) {
        List<byte[]> units = new ArrayList<>();
        ByteArrayOutputStream fragments = new ByteArrayOutputStream();
        for (byte[] payload : payloads) {
            int type = payload[0] & 0x1F;
            if (type == 24) {
                int at = 1;
                while (at < payload.length) {
                    int size = (payload[at] & 0xFF) << 8 | payload[at + 1] & 0xFF;
                    units.add(Arrays.copyOfRange(payload, at + 2, at + 2 + size));
                    at += 2 + size;
                }
            } else if (type == 28) {
                if ((payload[1] & 0x80) != 0) {
                    fragments.reset();
                    fragments.write(payload[0] & 0xE0 | payload[1] & 0x1F);
                }
                fragments.write(payload, 2, payload.length - 2);
                if ((payload[1] & 0x40) != 0) {
                    units.add(fragments.toByteArray());
                }
            } else {
                units.add(payload);
            }
        }
        return units;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 900, 996, 997, 998, 4_321})
    void av1UnitsComeBackWithoutTheirSizes(int size) {
        byte[] header = obu(1, 11);
        byte[] frame = obu(6, size);
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        // A temporal delimiter, which is not sent.
        unit.writeBytes(new byte[] {0x12, 0x00});
        withSize(unit, header);
        withSize(unit, frame);

        List<byte[]> payloads = cut(Codec.AV1, unit.toByteArray(), true);

        assertTrue((payloads.getFirst()[0] & 0x08) != 0, "N in the first packet of a keyframe");
        List<byte[]> received = obusOf(payloads);
        assertEquals(2, received.size());
        assertArrayEquals(header, received.get(0));
        assertArrayEquals(frame, received.get(1));
    }

    /** AV1 RTP specification §4.4, with W = 0. */
    private static List<byte[]> obusOf(List<byte[]> payloads) {
        List<byte[]> obus = new ArrayList<>();
        for (byte[] payload : payloads) {
            int at = 1;
            boolean continues = (payload[0] & 0x80) != 0;
            while (at < payload.length) {
                int size = payload[at] & 0x7F;
                if ((payload[at++] & 0x80) != 0) {
                    size |= (payload[at++] & 0x7F) << 7;
                }
                byte[] element = Arrays.copyOfRange(payload, at, at + size);
                at += size;
                if (continues) {
                    byte[] before = obus.removeLast();
                    byte[] joined = Arrays.copyOf(before, before.length + element.length);
                    System.arraycopy(element, 0, joined, before.length, element.length);
                    element = joined;
                    continues = false;
                }
                obus.add(element);
            }
        }
        return obus;
    }

    @Test
    void anAccessUnitWithoutStartCodeIsRefused() {
        byte[] noise = {1, 2, 3, 4};

        assertThrows(IllegalArgumentException.class, () -> cut(Codec.H264, noise, true));
    }

    private static List<byte[]> cut(Codec codec, byte[] data, boolean key) {
        List<byte[]> payloads = Packetizer.of(codec).packetize(EncodedFrame.plain(0, key, data), MAX);
        payloads.forEach(payload -> assertTrue(payload.length <= MAX, "no payload is too long"));
        return payloads;
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] unit(int header, int size) {
        byte[] unit = bytes(size);
        for (int i = 0; i < size; i++) {
            // No start code within.
            unit[i] |= 1;
        }
        unit[0] = (byte) header;
        return unit;
    }

    /** Without a size field. */
    private byte[] obu(int type, int size) {
        byte[] obu = bytes(size);
        obu[0] = (byte) (type << 3);
        return obu;
    }

    private static void withSize(ByteArrayOutputStream out, byte[] obu) {
        out.write(obu[0] | 0x02);
        int size = obu.length - 1;
        while (size >= 0x80) {
            out.write(size & 0x7F | 0x80);
            size >>>= 7;
        }
        out.write(size);
        out.write(obu, 1, obu.length - 1);
    }
}
