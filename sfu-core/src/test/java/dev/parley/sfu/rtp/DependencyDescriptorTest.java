package dev.parley.sfu.rtp;

import static dev.parley.sfu.rtp.DependencyDescriptor.DISCARDABLE;
import static dev.parley.sfu.rtp.DependencyDescriptor.NOT_PRESENT;
import static dev.parley.sfu.rtp.DependencyDescriptor.REQUIRED;
import static dev.parley.sfu.rtp.DependencyDescriptor.SWITCH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sections are those of the AV1 RTP specification, appendix A. */
final class DependencyDescriptorTest {
    private final DependencyDescriptor descriptor = new DependencyDescriptor();

    /** The mandatory fields of a packet that is a whole frame. */
    private static BitWriter frame(int templateId, int frameNumber) {
        return new BitWriter().f(1, 1).f(1, 1).f(6, templateId).f(16, frameNumber);
    }

    /**
     * Two spatial layers, the upper with two temporal ones; template ids from 62 on, so that they wrap to 0.
     * Decode targets: S0, S0+S1T0, S0+S1T0+S1T1. Chains: 0 of S0, 1 of both layers at T0.
     */
    private static BitWriter structure(BitWriter bits) {
        return bits.f(6, 62)
                .f(5, 2)
                // template_layers: S0T0, S0T0, S1T0, S1T1
                .all(2, 0, 2, 1, 3)
                // template_dtis
                .all(2, SWITCH, SWITCH, SWITCH)
                .all(2, REQUIRED, REQUIRED, REQUIRED)
                .all(2, NOT_PRESENT, SWITCH, SWITCH)
                .all(2, NOT_PRESENT, NOT_PRESENT, DISCARDABLE)
                // template_fdiffs: none; 2; 1 and 2; 16
                .f(1, 0)
                .f(1, 1)
                .f(4, 1)
                .f(1, 0)
                .f(1, 1)
                .f(4, 0)
                .f(1, 1)
                .f(4, 1)
                .f(1, 0)
                .f(1, 1)
                .f(4, 15)
                .f(1, 0)
                // template_chains
                .ns(4, 2)
                .ns(2, 0)
                .ns(2, 1)
                .ns(2, 1)
                .all(4, 0, 0)
                .all(4, 2, 1)
                .all(4, 1, 1)
                .all(4, 3, 15)
                // render_resolutions
                .f(1, 1)
                .all(16, 639, 359, 1279, 719);
    }

    private static byte[] keyframe() {
        return structure(frame(62, 0xFFFF).all(1, 1, 0, 0, 0, 0)).toBytes();
    }

    private boolean read(byte[] bytes, @Nullable DependencyStructure known) {
        return descriptor.wrap(Packets.of(bytes), 0, bytes.length, known);
    }

    private DependencyStructure known() {
        assertTrue(read(keyframe(), null));
        DependencyStructure known = new DependencyStructure();
        known.copyFrom(descriptor.attachedStructure());
        return known;
    }

    @Test
    void readsTheMandatoryFieldsWithoutAStructure() {
        assertTrue(read(Packets.bytes("8A FFFF"), null));
        assertTrue(descriptor.startOfFrame());
        assertFalse(descriptor.endOfFrame());
        assertEquals(10, descriptor.templateId());
        assertEquals(0xFFFF, descriptor.frameNumber());
        assertFalse(descriptor.hasStructure());
        assertFalse(descriptor.keyframeStart());
        assertFalse(descriptor.isFrameKnown());
        assertFalse(descriptor.hasActiveDecodeTargets());
        assertThrows(IllegalStateException.class, descriptor::spatialId);
        assertThrows(IllegalStateException.class, descriptor::attachedStructure);
    }

    @Test
    void readsAWholeStructure() {
        DependencyStructure structure = known();
        assertTrue(descriptor.keyframeStart());
        assertFalse(structure.isEmpty());
        assertEquals(62, structure.templateIdOffset());
        assertEquals(4, structure.templateCount());
        assertEquals(3, structure.decodeTargetCount());
        assertEquals(2, structure.chainCount());
        assertEquals(1, structure.maxSpatialId());
        assertEquals(1, structure.maxTemporalId());
        assertEquals(1, structure.spatialId(2));
        assertEquals(0, structure.temporalId(2));
        assertEquals(1, structure.temporalId(3));
        assertEquals(SWITCH, structure.dti(2, 1));
        assertEquals(DISCARDABLE, structure.dti(3, 2));
        assertEquals(0, structure.fdiffCount(0));
        assertEquals(2, structure.fdiffCount(2));
        assertEquals(2, structure.fdiff(2, 1));
        assertEquals(16, structure.fdiff(3, 0));
        assertEquals(0, structure.protectingChain(0));
        assertEquals(1, structure.protectingChain(2));
        assertEquals(15, structure.chainFdiff(3, 1));
        assertEquals(640, structure.width(0));
        assertEquals(720, structure.height(1));
        assertEquals(0, structure.width(2));
    }

    /** §A.8.2, decode_target_layers. */
    @Test
    void derivesTheLayersOfTheDecodeTargets() {
        DependencyStructure structure = known();
        assertEquals(0, structure.decodeTargetSpatialId(0));
        assertEquals(0, structure.decodeTargetTemporalId(0));
        assertEquals(1, structure.decodeTargetSpatialId(1));
        assertEquals(0, structure.decodeTargetTemporalId(1));
        assertEquals(1, structure.decodeTargetSpatialId(2));
        assertEquals(1, structure.decodeTargetTemporalId(2));
    }

    /** §A.4. */
    @Test
    void makesAllDecodeTargetsActiveWithAStructure() {
        known();
        assertTrue(descriptor.hasActiveDecodeTargets());
        assertEquals(0b111, descriptor.activeDecodeTargets());
    }

    @Test
    void readsTheActiveDecodeTargetsThatComeWithAStructure() {
        byte[] bytes = structure(frame(62, 1).all(1, 1, 1, 0, 0, 0)).f(3, 0b101).toBytes();
        assertTrue(read(bytes, null));
        assertEquals(0b101, descriptor.activeDecodeTargets());
    }

    @Test
    void takesAFramesFieldsFromItsTemplate() {
        // 62 + 3 wraps to 1.
        assertTrue(read(frame(1, 7).toBytes(), known()));
        assertTrue(descriptor.isFrameKnown());
        assertEquals(1, descriptor.spatialId());
        assertEquals(1, descriptor.temporalId());
        assertEquals(NOT_PRESENT, descriptor.dti(1));
        assertEquals(DISCARDABLE, descriptor.dti(2));
        assertEquals(1, descriptor.fdiffCount());
        assertEquals(16, descriptor.fdiff(0));
        assertEquals(3, descriptor.chainFdiff(0));
        assertEquals(15, descriptor.chainFdiff(1));
        assertFalse(descriptor.hasActiveDecodeTargets());
    }

    @Test
    void takesAFramesOwnFieldsOverItsTemplate() {
        byte[] bytes = frame(63, 7)
                .all(1, 0, 1, 1, 1, 1)
                .f(3, 0b011)
                .all(2, REQUIRED, DISCARDABLE, NOT_PRESENT)
                .f(2, 1)
                .f(4, 4)
                .f(2, 3)
                .f(12, 4095)
                .f(2, 0)
                .all(8, 255, 0)
                .toBytes();
        assertTrue(read(bytes, known()));
        assertEquals(0b011, descriptor.activeDecodeTargets());
        assertEquals(REQUIRED, descriptor.dti(0));
        assertEquals(NOT_PRESENT, descriptor.dti(2));
        assertEquals(2, descriptor.fdiffCount());
        assertEquals(5, descriptor.fdiff(0));
        assertEquals(4096, descriptor.fdiff(1));
        assertEquals(255, descriptor.chainFdiff(0));
        assertEquals(0, descriptor.chainFdiff(1));
    }

    /** §A.8.3: the packet with the newer structure was lost or is late. */
    @Test
    void knowsNoFrameOfATemplateThatTheStructureDoesNotHave() {
        assertTrue(read(frame(2, 7).toBytes(), known()));
        assertFalse(descriptor.isFrameKnown());
        assertEquals(7, descriptor.frameNumber());
    }

    @Test
    void refusesAStructureThatLacksTheFramesOwnTemplate() {
        assertFalse(read(structure(frame(61, 7).all(1, 1, 0, 0, 0, 0)).toBytes(), null));
        assertFalse(descriptor.hasStructure());
    }

    @Test
    void prefersTheStructureAttachedToTheOneKnown() {
        byte[] bytes = frame(5, 9)
                .all(1, 1, 0, 0, 0, 0)
                .f(6, 5)
                .f(5, 0)
                .f(2, 3)
                .f(2, SWITCH)
                .f(1, 0)
                .ns(2, 0)
                .f(1, 0)
                .toBytes();
        assertTrue(read(bytes, known()));
        assertEquals(1, descriptor.structure().decodeTargetCount());
        assertEquals(-1, descriptor.structure().protectingChain(0));
        assertFalse(descriptor.structure().hasResolutions());
        assertEquals(1, descriptor.activeDecodeTargets());
    }

    @Test
    void takesTheLargestStructure() {
        BitWriter bits = frame(0, 9).all(1, 1, 0, 0, 0, 0).f(6, 0).f(5, 31);
        for (int i = 0; i < 63; i++) {
            bits.f(2, 0);
        }
        bits.f(2, 3);
        for (int i = 0; i < 64 * 32; i++) {
            bits.f(2, i % 4);
        }
        for (int i = 0; i < 64; i++) {
            bits.f(1, 0);
        }
        bits.ns(33, 32);
        for (int i = 0; i < 32; i++) {
            bits.ns(32, i);
        }
        for (int i = 0; i < 64 * 32; i++) {
            bits.f(4, i % 16);
        }
        assertTrue(read(bits.f(1, 0).toBytes(), null));
        DependencyStructure structure = descriptor.structure();
        assertEquals(64, structure.templateCount());
        assertEquals(32, structure.chainCount());
        assertEquals(31, structure.protectingChain(31));
        assertEquals(3, structure.dti(63, 31));
        assertEquals(15, structure.chainFdiff(63, 31));
        assertEquals(0xFFFFFFFF, descriptor.activeDecodeTargets());
    }

    @Test
    void refusesMoreThanItCanHold() {
        BitWriter templates = frame(0, 9).all(1, 1, 0, 0, 0, 0).f(6, 0).f(5, 0);
        for (int i = 0; i < 70; i++) {
            templates.f(2, 0);
        }
        assertFalse(read(templates.f(32, 0).f(32, 0).toBytes(), null), "65 templates");
        BitWriter layers = frame(0, 9).all(1, 1, 0, 0, 0, 0).f(6, 0).f(5, 0);
        for (int i = 0; i < 8; i++) {
            layers.f(2, 2);
        }
        assertFalse(read(layers.f(2, 3).f(32, 0).f(32, 0).toBytes(), null), "nine spatial layers");
        BitWriter fdiffs = frame(62, 7).all(1, 0, 0, 0, 1, 0);
        for (int i = 0; i < 17; i++) {
            fdiffs.f(2, 1).f(4, i % 16);
        }
        assertFalse(read(fdiffs.f(2, 0).toBytes(), known()), "17 frames referred to");
    }

    @Test
    void refusesEveryTruncationOfAStructure() {
        byte[] whole = keyframe();
        for (int length = 0; length < whole.length; length++) {
            // Of three bytes only the mandatory fields are left, and these are whole.
            assertEquals(length == 3, read(Arrays.copyOf(whole, length), null), "at " + length);
            assertFalse(descriptor.keyframeStart());
        }
    }

    @Test
    void staysWithinItsBytesWhicheverBitIsFlipped() {
        byte[] whole = keyframe();
        DependencyStructure known = known();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            DependencyDescriptorFuzzTest.check(descriptor, Packets.of(flipped), known);
        }
    }

    /** §A.8.2: the example of five values. */
    @Test
    void readsNonSymmetricNumbers() {
        BitReader bits = new BitReader();
        PacketBuffer packet =
                Packets.of(new BitWriter().all(2, 0, 1, 2).all(3, 6, 7).toBytes());
        bits.wrap(packet, 0, packet.length());
        for (int value = 0; value < 5; value++) {
            assertEquals(value, bits.readNonSymmetric(5));
        }
        assertEquals(0, bits.readNonSymmetric(1), "takes no bits");
        assertFalse(bits.overrun());
        assertEquals(0, bits.read(32));
        assertTrue(bits.overrun());
    }

    @Test
    void readsThirtyTwoBitsAcrossBytes() {
        BitReader bits = new BitReader();
        bits.wrap(Packets.of("00 8123456780"), 1, 5);
        assertEquals(1, bits.read(1));
        assertEquals(0x02468ACF, bits.read(32));
        assertEquals(0, bits.read(7));
        assertFalse(bits.overrun());
    }
}
