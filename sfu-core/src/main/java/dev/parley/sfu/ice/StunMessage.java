package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A reading view of one STUN message (RFC 8489 §5, §14), reused by its owning thread and valid while the packet is.
 *
 * <p>{@link #wrap} checks every length once, so that the accessors need not; it allocates nothing. Of an attribute that
 * occurs twice the first counts, and what follows MESSAGE-INTEGRITY is ignored except FINGERPRINT. Leaves out the
 * messages of RFC 3489, which have no magic cookie, and every attribute that ICE does not use.
 */
public final class StunMessage {
    /** Of the 12-bit method space, the only one that ICE uses. */
    public static final int BINDING = 0x001;

    static final int MAGIC_COOKIE = 0x2112_A442;
    static final int HEADER_BYTES = 20;
    static final int ATTRIBUTE_HEADER_BYTES = 4;

    private static final int MAX_USERNAME_BYTES = 513;
    private static final int FAMILY_IPV4 = 0x01;
    private static final int FAMILY_IPV6 = 0x02;
    /** How many types a 420 response names; more are not worth the room. */
    private static final int MAX_UNKNOWN = 16;

    private static final StunClass[] CLASSES = StunClass.values();

    private final StunFingerprint fingerprint = new StunFingerprint();
    private final int[] unknown = new int[MAX_UNKNOWN];
    private @Nullable PacketBuffer packet;
    private int unknownCount;
    private int usernameOffset;
    private int usernameLength;
    private int priorityOffset;
    private int controllingOffset;
    private int controlledOffset;
    private int errorCodeOffset;
    private int xorMappedOffset;
    private int integrityOffset;
    private int fingerprintOffset;
    private boolean useCandidate;

    /** Views the packet; false if it is no well-formed STUN message, and then no accessor may be called. */
    public boolean wrap(PacketBuffer packet) {
        clear();
        if (!isHeader(packet)) {
            return false;
        }
        this.packet = packet;
        if (!readAttributes(packet)) {
            this.packet = null;
            return false;
        }
        return true;
    }

    /** Whether the packet begins with a STUN header that tells the packet's own length. */
    static boolean isHeader(PacketBuffer packet) {
        int length = packet.length();
        // RFC 8489 §5: the first two bits are zero and the length, without the header, is a multiple of 4.
        return length >= HEADER_BYTES
                && packet.u8(0) <= 0x3F
                && packet.i32(4) == MAGIC_COOKIE
                && packet.u16(2) == length - HEADER_BYTES
                && (length & 3) == 0;
    }

    private void clear() {
        packet = null;
        unknownCount = 0;
        usernameOffset = -1;
        usernameLength = 0;
        priorityOffset = -1;
        controllingOffset = -1;
        controlledOffset = -1;
        errorCodeOffset = -1;
        xorMappedOffset = -1;
        integrityOffset = -1;
        fingerprintOffset = -1;
        useCandidate = false;
    }

    private boolean readAttributes(PacketBuffer packet) {
        int end = packet.length();
        int at = HEADER_BYTES;
        // Every step is a multiple of 4, as is the end: an attribute header is never cut.
        while (at < end) {
            int type = packet.u16(at);
            int length = packet.u16(at + 2);
            int padded = (length + 3) & ~3;
            // RFC 8489 §14.7: FINGERPRINT is the last attribute.
            if (fingerprintOffset >= 0 || padded > end - at - ATTRIBUTE_HEADER_BYTES) {
                return false;
            }
            // RFC 8489 §14.5: what follows MESSAGE-INTEGRITY is not authenticated, so it does not count.
            boolean counts = integrityOffset < 0 || type == StunAttribute.FINGERPRINT;
            if (counts && !readAttribute(packet, type, at + ATTRIBUTE_HEADER_BYTES, length)) {
                return false;
            }
            at += ATTRIBUTE_HEADER_BYTES + padded;
        }
        return true;
    }

    private boolean readAttribute(PacketBuffer packet, int type, int at, int length) {
        if (!isWellFormed(packet, type, at, length)) {
            return false;
        }
        switch (type) {
            case StunAttribute.USERNAME -> {
                usernameLength = usernameOffset < 0 ? length : usernameLength;
                usernameOffset = first(usernameOffset, at);
            }
            case StunAttribute.PRIORITY -> priorityOffset = first(priorityOffset, at);
            case StunAttribute.USE_CANDIDATE -> useCandidate = true;
            case StunAttribute.ICE_CONTROLLING -> controllingOffset = first(controllingOffset, at);
            case StunAttribute.ICE_CONTROLLED -> controlledOffset = first(controlledOffset, at);
            case StunAttribute.MESSAGE_INTEGRITY -> integrityOffset = at;
            case StunAttribute.FINGERPRINT -> fingerprintOffset = at;
            case StunAttribute.ERROR_CODE -> errorCodeOffset = first(errorCodeOffset, at);
            case StunAttribute.XOR_MAPPED_ADDRESS -> xorMappedOffset = first(xorMappedOffset, at);
            default -> noteIfUnknown(type);
        }
        return true;
    }

    private static boolean isWellFormed(PacketBuffer packet, int type, int at, int length) {
        return switch (type) {
            case StunAttribute.USERNAME -> length <= MAX_USERNAME_BYTES;
            case StunAttribute.PRIORITY, StunAttribute.FINGERPRINT -> length == 4;
            case StunAttribute.USE_CANDIDATE -> length == 0;
            case StunAttribute.ICE_CONTROLLING, StunAttribute.ICE_CONTROLLED -> length == 8;
            case StunAttribute.MESSAGE_INTEGRITY -> length == StunIntegrity.TAG_BYTES;
            case StunAttribute.ERROR_CODE -> length >= 4;
            case StunAttribute.XOR_MAPPED_ADDRESS -> isAddress(packet, at, length);
            default -> true;
        };
    }

    private static int first(int before, int at) {
        return before < 0 ? at : before;
    }

    private static boolean isAddress(PacketBuffer packet, int at, int length) {
        return (length == 8 && packet.u8(at + 1) == FAMILY_IPV4) || (length == 20 && packet.u8(at + 1) == FAMILY_IPV6);
    }

    private void noteIfUnknown(int type) {
        boolean understood = switch (type) {
            // Of no use to a check with short-term credentials, but understood: ignored by design.
            case StunAttribute.MAPPED_ADDRESS,
                    StunAttribute.UNKNOWN_ATTRIBUTES,
                    StunAttribute.REALM,
                    StunAttribute.NONCE -> true;
            default -> type >= StunAttribute.FIRST_OPTIONAL;
        };
        if (!understood && unknownCount < MAX_UNKNOWN) {
            unknown[unknownCount++] = type;
        }
    }

    PacketBuffer packet() {
        PacketBuffer wrapped = packet;
        if (wrapped == null) {
            throw new IllegalStateException("read before a message was wrapped");
        }
        return wrapped;
    }

    /** The 12-bit method: {@link #BINDING} or something that ICE does not use. */
    public int method() {
        int type = packet().u16(0);
        return (type & 0x000F) | (type >>> 1 & 0x0070) | (type >>> 2 & 0x0F80);
    }

    public StunClass messageClass() {
        int type = packet().u16(0);
        return CLASSES[(type >>> 4 & 1) | (type >>> 7 & 2)];
    }

    /** The first 32 of the transaction id's 96 bits. */
    public int transactionHigh() {
        return packet().i32(8);
    }

    /** The last 64 of the transaction id's 96 bits. */
    public long transactionLow() {
        return packet().i64(12);
    }

    public boolean hasUsername() {
        return usernameOffset >= 0;
    }

    /** USERNAME, or {@code null} if absent; {@link #usernameStartsWith} compares without allocating. */
    public @Nullable String username() {
        if (usernameOffset < 0) {
            return null;
        }
        byte[] bytes = new byte[usernameLength];
        packet().getBytes(usernameOffset, bytes, 0, usernameLength);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether USERNAME is {@code ufrag}, a colon, and something more: how a check names its addressee. */
    boolean usernameStartsWith(byte[] ufrag) {
        if (usernameLength <= ufrag.length + 1 || packet().u8(usernameOffset + ufrag.length) != ':') {
            return false;
        }
        for (int i = 0; i < ufrag.length; i++) {
            if (packet().u8(usernameOffset + i) != (ufrag[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** PRIORITY, 0 to 2^32 - 1, or -1 if absent. */
    public long priority() {
        return priorityOffset < 0 ? -1 : packet().u32(priorityOffset);
    }

    public boolean hasUseCandidate() {
        return useCandidate;
    }

    public boolean hasIceControlling() {
        return controllingOffset >= 0;
    }

    public boolean hasIceControlled() {
        return controlledOffset >= 0;
    }

    /** The tie-breaker of ICE-CONTROLLING or ICE-CONTROLLED as the bits of a long, 0 if neither is there. */
    public long tieBreaker() {
        int at = controllingOffset >= 0 ? controllingOffset : controlledOffset;
        return at < 0 ? 0 : packet().i64(at);
    }

    public boolean hasIntegrity() {
        return integrityOffset >= 0;
    }

    int integrityOffset() {
        return integrityOffset;
    }

    public boolean hasFingerprint() {
        return fingerprintOffset >= 0;
    }

    /** Whether FINGERPRINT is there and right. */
    public boolean fingerprintMatches() {
        if (fingerprintOffset < 0) {
            return false;
        }
        int computed = fingerprint.of(packet(), fingerprintOffset - ATTRIBUTE_HEADER_BYTES);
        return computed == packet().i32(fingerprintOffset);
    }

    /** The error code of an error response, or -1 if absent or not in 300 to 699. */
    public int errorCode() {
        if (errorCodeOffset < 0) {
            return -1;
        }
        int hundreds = packet().u8(errorCodeOffset + 2) & 7;
        int rest = packet().u8(errorCodeOffset + 3);
        return hundreds >= 3 && hundreds <= 6 && rest <= 99 ? 100 * hundreds + rest : -1;
    }

    /** XOR-MAPPED-ADDRESS, or {@code null} if absent. */
    public @Nullable TransportAddress xorMappedAddress(TransportAddress.Transport transport) {
        int at = xorMappedOffset;
        if (at < 0) {
            return null;
        }
        int port = packet().u16(at + 2) ^ MAGIC_COOKIE >>> 16;
        if (packet().u8(at + 1) == FAMILY_IPV4) {
            return TransportAddress.ofIpv4(transport, packet().i32(at + 4) ^ MAGIC_COOKIE, port);
        }
        // RFC 8489 §14.2: an IPv6 address is masked with the cookie and the transaction id, as they stand.
        long high = packet().i64(at + 4) ^ packet().i64(4);
        long low = packet().i64(at + 12) ^ packet().i64(12);
        return new TransportAddress(transport, high, low, port);
    }

    /** How many comprehension-required attributes were not understood, counted up to 16. */
    public int unknownAttributeCount() {
        return unknownCount;
    }

    /** The type of the {@code index}th attribute that was not understood. */
    public int unknownAttribute(int index) {
        if (index >= unknownCount) {
            throw new IndexOutOfBoundsException("unknown attribute " + index + " of " + unknownCount);
        }
        return unknown[index];
    }

    /** For diagnosis only: names neither addresses nor credentials. */
    @Override
    public String toString() {
        if (packet == null) {
            return "StunMessage[]";
        }
        return "StunMessage[class=" + messageClass() + ", method=" + method() + ", unknown="
                + Arrays.toString(Arrays.copyOf(unknown, unknownCount)) + "]";
    }
}
