package dev.parley.sfu.rtp;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view of one RTP packet (RFC 3550 §5.1) with its header extensions (RFC 8285), reused from packet to packet by the
 * shard's thread. Allocates nothing but in {@link #extensionText}.
 *
 * <p>The header can be read before decryption; the payload's end is only known after it, since SRTP encrypts the
 * padding's length: call {@link #refreshPayload()} then. Encrypted header extensions (RFC 6904, RFC 9335) are not read.
 */
public final class RtpPacket {
    /** The header without contributing sources and extensions, in bytes. */
    public static final int FIXED_HEADER_LENGTH = 12;

    private static final int VERSION = 2;
    private static final int MAX_EXTENSIONS = 32;
    private static final int ONE_BYTE_PROFILE = 0xBEDE;
    /** Its low four bits are the application's (RFC 8285 §4.3). */
    private static final int TWO_BYTE_PROFILE = 0x1000;

    private final int[] extensionIds = new int[MAX_EXTENSIONS];
    private final int[] extensionOffsets = new int[MAX_EXTENSIONS];
    private final int[] extensionLengths = new int[MAX_EXTENSIONS];
    private int extensionCount;

    private @Nullable PacketBuffer packet;
    private int firstTwoBytes;
    private int sequenceNumber;
    private int timestamp;
    private int ssrc;
    private int headerLength;
    private int payloadLength;

    /**
     * Reads the header of {@code packet}, which is borrowed until the next call. False when it is no RTP packet; the
     * view then shows none. Payload and padding are taken as they lie until {@link #refreshPayload()}.
     */
    public boolean wrap(PacketBuffer packet) {
        this.packet = null;
        extensionCount = 0;
        int length = packet.length();
        if (length < FIXED_HEADER_LENGTH) {
            return false;
        }
        firstTwoBytes = packet.u16(0);
        if (firstTwoBytes >>> 14 != VERSION) {
            return false;
        }
        int header = FIXED_HEADER_LENGTH + 4 * csrcCount();
        if (hasExtensionBlock()) {
            if (length < header + 4) {
                return false;
            }
            int block = header;
            header += 4 + 4 * packet.u16(block + 2);
            if (length < header) {
                return false;
            }
            findExtensions(packet, block, header);
        }
        if (length < header) {
            return false;
        }
        sequenceNumber = packet.u16(2);
        timestamp = packet.i32(4);
        ssrc = packet.i32(8);
        headerLength = header;
        payloadLength = length - header;
        this.packet = packet;
        return true;
    }

    /**
     * Takes the payload's length from the packet anew, without padding (RFC 3550 §5.1): to be called once the packet
     * is decrypted. False when the padding is longer than the payload, or none although announced.
     */
    public boolean refreshPayload() {
        PacketBuffer buffer = packet();
        int length = buffer.length() - headerLength;
        if (length < 0) {
            return false;
        }
        if (hasPadding()) {
            if (length == 0) {
                return false;
            }
            int padding = buffer.u8(buffer.length() - 1);
            if (padding == 0 || padding > length) {
                return false;
            }
            length -= padding;
        }
        payloadLength = length;
        return true;
    }

    private void findExtensions(PacketBuffer packet, int block, int end) {
        int profile = packet.u16(block);
        if (profile == ONE_BYTE_PROFILE) {
            findOneByteExtensions(packet, block + 4, end);
        } else if ((profile & 0xFFF0) == TWO_BYTE_PROFILE) {
            findTwoByteExtensions(packet, block + 4, end);
        }
        // RFC 3550 §5.3.1: an extension of another profile is skipped.
    }

    private void findOneByteExtensions(PacketBuffer packet, int start, int end) {
        int at = start;
        while (at < end) {
            int head = packet.u8(at++);
            if (head == 0) {
                continue;
            }
            int id = head >>> 4;
            int length = (head & 0x0F) + 1;
            // RFC 8285 §4.2: nothing after id 15, or after id 0 with a length, counts.
            if (id == 0 || id == 15 || at + length > end || !addExtension(id, at, length)) {
                return;
            }
            at += length;
        }
    }

    private void findTwoByteExtensions(PacketBuffer packet, int start, int end) {
        int at = start;
        while (at < end) {
            int id = packet.u8(at++);
            if (id == 0) {
                continue;
            }
            if (at == end) {
                return;
            }
            int length = packet.u8(at++);
            if (at + length > end || !addExtension(id, at, length)) {
                return;
            }
            at += length;
        }
    }

    private boolean addExtension(int id, int offset, int length) {
        if (extensionCount == MAX_EXTENSIONS) {
            return false;
        }
        extensionIds[extensionCount] = id;
        extensionOffsets[extensionCount] = offset;
        extensionLengths[extensionCount] = length;
        extensionCount++;
        return true;
    }

    private int indexOfExtension(int id) {
        for (int i = 0; i < extensionCount; i++) {
            if (extensionIds[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /** Header extension elements found, at most 32; later ones are not seen. */
    public int extensionCount() {
        return extensionCount;
    }

    /** The id, 1 to 255, of the element at {@code index} in the packet's order. */
    public int extensionIdAt(int index) {
        return extensionIds[Objects.checkIndex(index, extensionCount)];
    }

    /** Where the data of the first element with this id starts in the packet, or -1 when there is none. */
    public int extensionOffset(int id) {
        int index = indexOfExtension(id);
        return index < 0 ? -1 : extensionOffsets[index];
    }

    /** Bytes of data of the first element with this id (the two-byte form allows 0), or -1 when there is none. */
    public int extensionLength(int id) {
        int index = indexOfExtension(id);
        return index < 0 ? -1 : extensionLengths[index];
    }

    /** Whether the element with this id is there and holds just these bytes, such as a mid or a rid. */
    public boolean extensionEquals(int id, byte[] ascii) {
        int index = indexOfExtension(id);
        if (index < 0 || extensionLengths[index] != ascii.length) {
            return false;
        }
        PacketBuffer buffer = packet();
        int offset = extensionOffsets[index];
        for (int i = 0; i < ascii.length; i++) {
            if (buffer.u8(offset + i) != (ascii[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** The element with this id as text, or {@code null} when there is none. Allocates: for the control path. */
    public @Nullable String extensionText(int id) {
        int index = indexOfExtension(id);
        if (index < 0) {
            return null;
        }
        byte[] bytes = new byte[extensionLengths[index]];
        packet().getBytes(extensionOffsets[index], bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The packet looked at; an error when the last {@link #wrap} found none. */
    public PacketBuffer packet() {
        PacketBuffer buffer = packet;
        if (buffer == null) {
            throw new IllegalStateException("no RTP packet wrapped");
        }
        return buffer;
    }

    public boolean hasPadding() {
        return (firstTwoBytes & 0x2000) != 0;
    }

    private boolean hasExtensionBlock() {
        return (firstTwoBytes & 0x1000) != 0;
    }

    /** Contributing sources, 0 to 15. */
    public int csrcCount() {
        return firstTwoBytes >>> 8 & 0x0F;
    }

    public boolean marker() {
        return (firstTwoBytes & 0x80) != 0;
    }

    public int payloadType() {
        return firstTwoBytes & 0x7F;
    }

    /** 0 to 65,535. */
    public int sequenceNumber() {
        return sequenceNumber;
    }

    /** The 32 bits of the media timestamp. */
    public int timestamp() {
        return timestamp;
    }

    /** The 32 bits of the source's identifier. */
    public int ssrc() {
        return ssrc;
    }

    /** Bytes before the payload: fixed header, contributing sources and extensions. */
    public int headerLength() {
        return headerLength;
    }

    public int payloadOffset() {
        return headerLength;
    }

    /** Bytes of payload: without padding after {@link #refreshPayload()}, all after the header before it. */
    public int payloadLength() {
        return payloadLength;
    }

    @Override
    public String toString() {
        return "RtpPacket[payloadType=" + payloadType() + ", sequenceNumber=" + sequenceNumber + ", timestamp="
                + Integer.toUnsignedString(timestamp) + ", ssrc=" + Integer.toUnsignedString(ssrc) + ", marker="
                + marker() + ", payloadLength=" + payloadLength + "]";
    }
}
