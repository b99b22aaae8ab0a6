package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.AbsSendTime;
import dev.parley.sfu.rtp.DependencyDescriptor;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.rtp.RtpExtensionMap;
import dev.parley.sfu.rtp.RtpHeaderWriter;
import dev.parley.sfu.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;

/**
 * Writes the header of an outgoing packet: the subscriber's numbers, the source's header extensions that are about the
 * media, and those that are about this connection. Owned by the shard.
 *
 * <p>Extensions of the publisher's connection (mid, rid, its send times, layer allocation) end here.
 */
final class EgressHeader {
    /** Stands for "the packet has no dependency descriptor". */
    static final int NO_FRAME_NUMBER = -1;

    private static final int FRAME_NUMBER_OFFSET = 1;
    /** What is about the media passes, by ordinal. */
    private static final boolean[] PASSES = new boolean[RtpExtension.values().length];

    static {
        PASSES[RtpExtension.AUDIO_LEVEL.ordinal()] = true;
        PASSES[RtpExtension.VIDEO_ORIENTATION.ordinal()] = true;
        PASSES[RtpExtension.PLAYOUT_DELAY.ordinal()] = true;
        PASSES[RtpExtension.CONTENT_TYPE.ordinal()] = true;
        PASSES[RtpExtension.VIDEO_TIMING.ordinal()] = true;
        PASSES[RtpExtension.COLOR_SPACE.ordinal()] = true;
        PASSES[RtpExtension.DEPENDENCY_DESCRIPTOR.ordinal()] = true;
    }

    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final TransportSequence transportSequence;
    private final byte[] mid;
    private RtpExtensionMap extensions = RtpExtensionMap.EMPTY;
    private int midId;
    private int absSendTimeId;
    private int transportCcId;

    EgressHeader(String mid, RtpExtensionMap extensions, TransportSequence transportSequence) {
        this.mid = mid.getBytes(StandardCharsets.UTF_8);
        this.transportSequence = transportSequence;
        extensions(extensions);
    }

    void extensions(RtpExtensionMap newExtensions) {
        extensions = newExtensions;
        midId = extensions.id(RtpExtension.MID);
        absSendTimeId = extensions.id(RtpExtension.ABS_SEND_TIME);
        transportCcId = extensions.id(RtpExtension.TRANSPORT_CC);
    }

    /** Starts a header in {@code dst}; {@link #finish} must follow. */
    EgressHeader begin(PacketBuffer dst, int payloadType, boolean marker, int sequence, int timestamp, int ssrc) {
        writer.begin(dst, payloadType, marker, sequence, timestamp, ssrc);
        return this;
    }

    /**
     * Adds the header extensions and returns the header's length.
     *
     * @param withMid whether to name the media section, until the subscriber has shown that it knows the SSRC
     * @param frameNumber put into the dependency descriptor, or {@link #NO_FRAME_NUMBER}
     */
    int finish(
            PacketBuffer dst,
            RtpPacket source,
            RtpExtensionMap sourceExtensions,
            boolean withMid,
            int frameNumber,
            long nowNs) {
        if (withMid) {
            writer.extensionBytes(midId, mid);
        }
        if (absSendTimeId != 0) {
            writer.extensionU24(absSendTimeId, AbsSendTime.fromNs(nowNs));
        }
        if (transportCcId != 0) {
            writer.extensionU16(transportCcId, transportSequence.next());
        }
        int ddId = passOn(source, sourceExtensions);
        int headerLength = writer.finish();
        if (ddId != 0 && frameNumber != NO_FRAME_NUMBER) {
            dst.putU16(writer.extensionOffset(ddId) + FRAME_NUMBER_OFFSET, frameNumber);
        }
        return headerLength;
    }

    /** Copies what passes; returns the id of the dependency descriptor written, or 0. */
    private int passOn(RtpPacket source, RtpExtensionMap sourceExtensions) {
        int ddId = 0;
        for (int i = 0; i < source.extensionCount(); i++) {
            int sourceId = source.extensionIdAt(i);
            RtpExtension extension = sourceExtensions.of(sourceId);
            if (extension == null || !PASSES[extension.ordinal()]) {
                continue;
            }
            int id = extensions.id(extension);
            boolean written = writer.extension(
                    id, source.packet(), source.extensionOffset(sourceId), source.extensionLength(sourceId));
            if (written && extension == RtpExtension.DEPENDENCY_DESCRIPTOR) {
                ddId = id;
            }
        }
        return ddId;
    }

    /** The frame number in a packet's dependency descriptor, or {@link #NO_FRAME_NUMBER} without one. */
    static int frameNumber(RtpPacket source, RtpExtensionMap sourceExtensions) {
        int id = sourceExtensions.id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        if (id == 0 || source.extensionLength(id) < DependencyDescriptor.MANDATORY_LENGTH) {
            return NO_FRAME_NUMBER;
        }
        return source.packet().u16(source.extensionOffset(id) + FRAME_NUMBER_OFFSET);
    }
}
