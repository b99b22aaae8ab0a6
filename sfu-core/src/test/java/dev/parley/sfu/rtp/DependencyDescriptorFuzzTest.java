package dev.parley.sfu.rtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import org.jspecify.annotations.Nullable;

final class DependencyDescriptorFuzzTest {
    private final PacketPool pool = PacketPool.bounded(1);
    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private final DependencyStructure known = new DependencyStructure();

    /** The first byte says how long the first descriptor is; the second is read with the structure that it brought. */
    @FuzzTest
    void staysWithinItsBytes(byte[] data) {
        if (data.length == 0 || data.length > 1_000) {
            return;
        }
        PacketBuffer packet = Packets.of(data, pool);
        known.clear();
        int first = Math.min(data[0] & 0xFF, data.length - 1);
        if (descriptor.wrap(packet, 1, first, null) && descriptor.hasStructure()) {
            known.copyFrom(descriptor.attachedStructure());
        }
        packet.trimFront(1 + first);
        check(descriptor, packet, known);
        packet.release();
    }

    static void check(DependencyDescriptor descriptor, PacketBuffer packet, @Nullable DependencyStructure known) {
        if (!descriptor.wrap(packet, 0, packet.length(), known) || !descriptor.isFrameKnown()) {
            return;
        }
        DependencyStructure structure = descriptor.structure();
        assertTrue(descriptor.spatialId() <= structure.maxSpatialId());
        assertTrue(descriptor.temporalId() <= structure.maxTemporalId());
        for (int target = 0; target < structure.decodeTargetCount(); target++) {
            assertTrue(descriptor.dti(target) >= 0 && descriptor.dti(target) <= 3);
            assertTrue(structure.protectingChain(target) < structure.chainCount());
            assertTrue(structure.decodeTargetSpatialId(target) <= structure.maxSpatialId());
        }
        for (int chain = 0; chain < structure.chainCount(); chain++) {
            assertTrue(descriptor.chainFdiff(chain) >= 0 && descriptor.chainFdiff(chain) <= 255);
        }
        for (int i = 0; i < descriptor.fdiffCount(); i++) {
            assertTrue(descriptor.fdiff(i) >= 1 && descriptor.fdiff(i) <= 4_096);
        }
        assertTrue(structure.toString().contains("templates=" + structure.templateCount()));
    }
}
