package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes STUN messages (RFC 8489 §5) attribute by attribute into a packet, whose length and length field are right
 * after each call. One per thread, reused. Writes Binding messages only; {@link #integrity} and then
 * {@link #fingerprint} come last.
 */
public final class StunWriter {
    private final StunFingerprint fingerprint = new StunFingerprint();
    private @Nullable PacketBuffer target;

    /** Starts a Binding message of the given class in {@code target}, whose former content is lost. */
    public StunWriter begin(PacketBuffer target, StunClass messageClass, int transactionHigh, long transactionLow) {
        this.target = target;
        int classBits = messageClass.ordinal();
        target.length(StunMessage.HEADER_BYTES);
        // RFC 8489 §5: the two bits of the class stand at bits 4 and 8 of the type.
        target.putU16(0, StunMessage.BINDING | (classBits & 1) << 4 | (classBits & 2) << 7);
        target.putU16(2, 0);
        target.putI32(4, StunMessage.MAGIC_COOKIE);
        target.putI32(8, transactionHigh);
        target.putI64(12, transactionLow);
        return this;
    }

    /** A whole success response, in the form that RFC 8445 §7.3.1.2 asks for. */
    public void bindingSuccess(
            PacketBuffer target, StunMessage request, TransportAddress mapped, StunIntegrity integrity) {
        begin(target, StunClass.SUCCESS, request.transactionHigh(), request.transactionLow())
                .xorMappedAddress(mapped)
                .integrity(integrity)
                .fingerprint();
    }

    /**
     * A whole error response. RFC 8489 §9.1.3: without MESSAGE-INTEGRITY where the request could not be authenticated.
     */
    public void bindingError(
            PacketBuffer target, StunMessage request, StunError error, @Nullable StunIntegrity integrity) {
        begin(target, StunClass.ERROR, request.transactionHigh(), request.transactionLow())
                .errorCode(error);
        if (error == StunError.UNKNOWN_ATTRIBUTE) {
            unknownAttributes(request);
        }
        if (integrity != null) {
            integrity(integrity);
        }
        fingerprint();
    }

    /**
     * A whole connectivity check of a controlling agent (RFC 8445 §7.2.2).
     *
     * @param username the addressee's fragment, a colon, and the sender's
     * @param priority 1 to 2^31 - 1, of the peer-reflexive candidate that the check may make known
     * @param integrity made with the addressee's password
     */
    public void bindingRequest(
            PacketBuffer target,
            int transactionHigh,
            long transactionLow,
            String username,
            long priority,
            long tieBreaker,
            boolean nominate,
            StunIntegrity integrity) {
        begin(target, StunClass.REQUEST, transactionHigh, transactionLow)
                .username(username)
                .priority(priority)
                .iceControlling(tieBreaker);
        if (nominate) {
            useCandidate();
        }
        integrity(integrity).fingerprint();
    }

    public StunWriter username(String username) {
        return text(StunAttribute.USERNAME, username);
    }

    public StunWriter software(String name) {
        return text(StunAttribute.SOFTWARE, name);
    }

    public StunWriter priority(long priority) {
        int at = attribute(StunAttribute.PRIORITY, 4);
        target().putU32(at, priority);
        return this;
    }

    public StunWriter useCandidate() {
        attribute(StunAttribute.USE_CANDIDATE, 0);
        return this;
    }

    public StunWriter iceControlling(long tieBreaker) {
        int at = attribute(StunAttribute.ICE_CONTROLLING, 8);
        target().putI64(at, tieBreaker);
        return this;
    }

    public StunWriter iceControlled(long tieBreaker) {
        int at = attribute(StunAttribute.ICE_CONTROLLED, 8);
        target().putI64(at, tieBreaker);
        return this;
    }

    /** RFC 8489 §14.2: masked, so that no meddling middlebox recognises the address. */
    public StunWriter xorMappedAddress(TransportAddress mapped) {
        boolean ipv4 = mapped.isIpv4();
        int at = attribute(StunAttribute.XOR_MAPPED_ADDRESS, ipv4 ? 8 : 20);
        PacketBuffer message = target();
        message.putU16(at, ipv4 ? 0x01 : 0x02);
        message.putU16(at + 2, mapped.port() ^ StunMessage.MAGIC_COOKIE >>> 16);
        if (ipv4) {
            message.putI32(at + 4, mapped.ipv4() ^ StunMessage.MAGIC_COOKIE);
        } else {
            message.putI64(at + 4, mapped.high() ^ message.i64(4));
            message.putI64(at + 12, mapped.low() ^ message.i64(12));
        }
        return this;
    }

    /** With an empty reason phrase, so that an error is no longer than the shortest request with one of our ufrags. */
    public StunWriter errorCode(StunError error) {
        int at = attribute(StunAttribute.ERROR_CODE, 4);
        target().putI32(at, error.code() / 100 << 8 | error.code() % 100);
        return this;
    }

    /** Names what {@code request} had that must be understood and was not. */
    public StunWriter unknownAttributes(StunMessage request) {
        int count = request.unknownAttributeCount();
        int at = attribute(StunAttribute.UNKNOWN_ATTRIBUTES, 2 * count);
        for (int i = 0; i < count; i++) {
            target().putU16(at + 2 * i, request.unknownAttribute(i));
        }
        return this;
    }

    /** An attribute that this class has no method for. */
    StunWriter raw(int type, byte[] value) {
        int at = attribute(type, value.length);
        target().putBytes(at, value, 0, value.length);
        return this;
    }

    public StunWriter integrity(StunIntegrity integrity) {
        int at = attribute(StunAttribute.MESSAGE_INTEGRITY, StunIntegrity.TAG_BYTES);
        byte[] tag = integrity.compute(target(), at - StunMessage.ATTRIBUTE_HEADER_BYTES);
        target().putBytes(at, tag, 0, StunIntegrity.TAG_BYTES);
        return this;
    }

    public StunWriter fingerprint() {
        int at = attribute(StunAttribute.FINGERPRINT, 4);
        target().putI32(at, fingerprint.of(target(), at - StunMessage.ATTRIBUTE_HEADER_BYTES));
        return this;
    }

    private StunWriter text(int type, String text) {
        return raw(type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends an attribute header and zeroed padding, and returns where the value goes. */
    private int attribute(int type, int valueBytes) {
        PacketBuffer message = target();
        int at = message.length();
        int valueAt = at + StunMessage.ATTRIBUTE_HEADER_BYTES;
        int end = valueAt + (valueBytes + 3 & ~3);
        message.length(end);
        message.putU16(at, type);
        message.putU16(at + 2, valueBytes);
        for (int i = valueAt + valueBytes; i < end; i++) {
            message.putU8(i, 0);
        }
        message.putU16(2, end - StunMessage.HEADER_BYTES);
        return valueAt;
    }

    private PacketBuffer target() {
        PacketBuffer begun = target;
        if (begun == null) {
            throw new IllegalStateException("written to before a message was begun");
        }
        return begun;
    }
}
