package dev.parley.sfu.dtls;

import dev.parley.sfu.buffer.PacketBuffer;

/**
 * The cheap check of a datagram before it is queued for a handshake (RFC 6347 §4.1): whole records of DTLS 1.0 or 1.2
 * header form, whose handshake fragments, where they can be read, stay within bounds. Stateless; any thread.
 *
 * <p>Left out: what needs the association's state (epoch, sequence number, keys), and DTLS 1.3's unified header.
 */
public final class DtlsRecords {
    /** A handshake message may not claim more, so that reassembling it cannot cost much memory; in bytes. */
    static final int MAX_HANDSHAKE_MESSAGE_LENGTH = 16_384;

    private static final int RECORD_HEADER_LENGTH = 13;
    private static final int HANDSHAKE_HEADER_LENGTH = 12;
    /** Plaintext limit and what a cipher of TLS 1.2 may add (RFC 6347 §4.1, RFC 5246 §6.2.3). */
    private static final int MAX_FRAGMENT_LENGTH = (1 << 14) + 2_048;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int DTLS_1_0 = 0xFEFF;
    private static final int DTLS_1_2 = 0xFEFD;

    private DtlsRecords() {}

    /** Whether the datagram consists of one or more records that are fit for a DTLS 1.2 implementation. */
    public static boolean isWellFormed(PacketBuffer datagram) {
        int length = datagram.length();
        if (length < RECORD_HEADER_LENGTH) {
            return false;
        }
        int offset = 0;
        while (offset < length) {
            int recordLength = recordLength(datagram, offset);
            if (recordLength < 0) {
                return false;
            }
            offset += recordLength;
        }
        return true;
    }

    /** The length of the record at {@code offset} with its header, or -1 when it is malformed. */
    private static int recordLength(PacketBuffer datagram, int offset) {
        int available = datagram.length() - offset - RECORD_HEADER_LENGTH;
        if (available < 0) {
            return -1;
        }
        int type = datagram.u8(offset);
        int version = datagram.u16(offset + 1);
        int epoch = datagram.u16(offset + 3);
        int fragment = datagram.u16(offset + 11);
        if (type < CHANGE_CIPHER_SPEC
                || type > APPLICATION_DATA
                || (version != DTLS_1_0 && version != DTLS_1_2)
                || fragment == 0
                || fragment > MAX_FRAGMENT_LENGTH
                || fragment > available) {
            return -1;
        }
        boolean readable = type == HANDSHAKE && epoch == 0;
        if (readable && !handshakeFits(datagram, offset + RECORD_HEADER_LENGTH, fragment)) {
            return -1;
        }
        return RECORD_HEADER_LENGTH + fragment;
    }

    /** Whether a record in the clear holds whole handshake fragments within bounds (RFC 6347 §4.2.2). */
    private static boolean handshakeFits(PacketBuffer datagram, int start, int length) {
        int offset = start;
        int end = start + length;
        while (offset < end) {
            if (end - offset < HANDSHAKE_HEADER_LENGTH) {
                return false;
            }
            int messageLength = datagram.u24(offset + 1);
            int fragmentOffset = datagram.u24(offset + 6);
            int fragmentLength = datagram.u24(offset + 9);
            if (messageLength > MAX_HANDSHAKE_MESSAGE_LENGTH
                    || fragmentOffset + fragmentLength > messageLength
                    || fragmentLength > end - offset - HANDSHAKE_HEADER_LENGTH) {
                return false;
            }
            offset += HANDSHAKE_HEADER_LENGTH + fragmentLength;
        }
        return true;
    }
}
