package dev.parley.sfu.stream;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.rtp.AbsSendTime;
import dev.parley.sfu.rtp.DescriptorWriter;
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
    }

    private static final int VERSION_2 = 0x80;
    private static final int MARKER = 0x80;
    /** In the header's first word, says that extensions follow (RFC 3550 §5.1). */
    private static final long EXTENSION_BIT = 1L << 60;

    /** A block of extensions in the one-byte form, of two words (RFC 8285 §4.2). */
    private static final long SHORT_BLOCK = 0xBEDE_0002L;

    private static final int SHORT_LENGTH = 24;
    private static final int FIXED_LENGTH = RtpPacket.FIXED_HEADER_LENGTH;
    /** Where the data of the first element lies in the one-byte form (RFC 8285 §4.2), and in the two-byte form. */
    private static final int FIRST_DATA_ONE_BYTE = FIXED_LENGTH + 4 + 1;

    private static final int FIRST_DATA_TWO_BYTE = FIXED_LENGTH + 4 + 2;
    private static final int LAST_ONE_BYTE_ID = 14;

    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final DescriptorWriter descriptors = new DescriptorWriter();
    private final byte[] mid;
    private RtpExtensionMap extensions = RtpExtensionMap.EMPTY;
    private int midId;
    private int absSendTimeId;
    private int transportCcId;
    private int descriptorId;
    private boolean shortForm;
    /** The heads of its two elements. */
    private long shortElements;
    /** The first 8 bytes of the header being written. */
    private long fixed;

    EgressHeader(String mid, RtpExtensionMap extensions) {
        this.mid = mid.getBytes(StandardCharsets.UTF_8);
        extensions(extensions);
    }

    void extensions(RtpExtensionMap newExtensions) {
        extensions = newExtensions;
        midId = extensions.id(RtpExtension.MID);
        absSendTimeId = extensions.id(RtpExtension.ABS_SEND_TIME);
        transportCcId = extensions.id(RtpExtension.TRANSPORT_CC);
        descriptorId = extensions.id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        shortForm = isShort(absSendTimeId) && isShort(transportCcId);
        shortElements = (long) (transportCcId << 4 | 1) << 56 | (long) (absSendTimeId << 4 | 2) << 32;
    }

    private static boolean isShort(int id) {
        return id >= 1 && id <= LAST_ONE_BYTE_ID;
    }

    /** What the header's fixed part says; {@link #finish} must follow. */
    EgressHeader begin(OutgoingPacket out, int payloadType, boolean marker, int sequence, int timestamp, int ssrc) {
        out.stream(ssrc, sequence);
        int firstTwoBytes = VERSION_2 << 8 | (marker ? MARKER : 0) | payloadType;
        fixed = (long) (firstTwoBytes << 16 | sequence) << 32 | timestamp & 0xFFFF_FFFFL;
        return this;
    }

    /**
     * Writes the header, with its extensions, and returns its length.
     *
     * @param passing whether any of the source's extensions is about the media: see {@link #anyPasses}
     * @param withMid whether to name the media section, until the subscriber has shown that it knows the SSRC
     * @param descriptor what becomes of the dependency descriptor
     */
    int finish(
            OutgoingPacket out,
            RtpPacket source,
            RtpExtensionMap sourceExtensions,
            boolean passing,
            boolean withMid,
            OutgoingDescriptor descriptor,
            long nowNs) {
        return shortForm && !passing && !withMid && !descriptor.passes()
                ? finishShort(out, AbsSendTime.fromNs(nowNs))
                : finishAny(out, source, sourceExtensions, withMid, descriptor, nowNs);
    }

    /** Whether {@link #finishShort} will do for packets without extensions that pass. */
    boolean isShortForm() {
        return shortForm;
    }

    /**
     * What nearly every video packet carries, in three words: the fixed header, then as extensions the number for
     * transport-cc, which is only known when the packet leaves, and the send time.
     */
    int finishShort(OutgoingPacket out, int absSendTime) {
        PacketBuffer head = out.head();
        head.putI64(0, fixed | EXTENSION_BIT);
        head.putI64(8, (long) out.ssrc() << 32 | SHORT_BLOCK);
        head.putI64(16, shortElements | (long) absSendTime << 8);
        out.header(SHORT_LENGTH, FIRST_DATA_ONE_BYTE);
        return SHORT_LENGTH;
    }

    private int finishAny(
            OutgoingPacket out,
            RtpPacket source,
            RtpExtensionMap sourceExtensions,
            boolean withMid,
            OutgoingDescriptor descriptor,
            long nowNs) {
        PacketBuffer head = out.head();
        head.putI64(0, fixed);
        head.putI32(8, out.ssrc());
        writer.extend(head);
        // The first, so that it lies at one of two places.
        boolean numbered = writer.extensionU16(transportCcId, 0);
        if (absSendTimeId != 0) {
            writer.extensionU24(absSendTimeId, AbsSendTime.fromNs(nowNs));
        }
        if (withMid) {
            writer.extensionBytes(midId, mid);
        }
        passOn(source, sourceExtensions);
        boolean renumbers = descriptor.passes() && !tellTargets(source, sourceExtensions, descriptor);
        boolean copied = renumbers && copyDescriptor(source, sourceExtensions);
        int headerLength = writer.finish();
        if (copied) {
            head.putU16(writer.extensionOffset(descriptorId) + FRAME_NUMBER_OFFSET, descriptor.frameNumber());
        }
        int numberOffset = writer.isTwoByteForm() ? FIRST_DATA_TWO_BYTE : FIRST_DATA_ONE_BYTE;
        out.header(headerLength, numbered ? numberOffset : 0);
        return headerLength;
    }

    /** Whether any extension of a source packet is about the media, so has to be copied. */
    static boolean anyPasses(RtpPacket source, RtpExtensionMap sourceExtensions) {
        for (int i = 0; i < source.extensionCount(); i++) {
            RtpExtension extension = sourceExtensions.of(source.extensionIdAt(i));
            if (extension != null && PASSES[extension.ordinal()]) {
                return true;
            }
        }
        return false;
    }

    private void passOn(RtpPacket source, RtpExtensionMap sourceExtensions) {
        for (int i = 0; i < source.extensionCount(); i++) {
            int sourceId = source.extensionIdAt(i);
            RtpExtension extension = sourceExtensions.of(sourceId);
            if (extension != null && PASSES[extension.ordinal()]) {
                writer.extension(
                        extensions.id(extension),
                        source.packet(),
                        source.extensionOffset(sourceId),
                        source.extensionLength(sourceId));
            }
        }
    }

    /** Whether this receiver reads dependency descriptors. */
    boolean takesDescriptors() {
        return descriptorId != 0;
    }

    private boolean copyDescriptor(RtpPacket source, RtpExtensionMap sourceExtensions) {
        int id = sourceExtensions.id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        return id != 0
                && writer.extension(
                        descriptorId, source.packet(), source.extensionOffset(id), source.extensionLength(id));
    }

    /** Writes the descriptor with other decode targets; false if that is not asked for, or there is no room. */
    private boolean tellTargets(RtpPacket source, RtpExtensionMap sourceExtensions, OutgoingDescriptor descriptor) {
        int id = sourceExtensions.id(RtpExtension.DEPENDENCY_DESCRIPTOR);
        if (!descriptor.tellsTargets() || id == 0 || descriptorId == 0) {
            return false;
        }
        int length = descriptors.write(
                source.packet(),
                source.extensionOffset(id),
                source.extensionLength(id),
                descriptor.frameNumber(),
                descriptor.activeBit(),
                descriptor.activeBits(),
                descriptor.targetCount(),
                descriptor.activeTargets());
        return length != 0 && writer.extensionBytes(descriptorId, descriptors.bytes(), 0, length);
    }
}
