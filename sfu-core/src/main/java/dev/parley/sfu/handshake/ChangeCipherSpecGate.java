package dev.parley.sfu.handshake;

import java.util.BitSet;

/**
 * Keeps change_cipher_spec from a DTLS server until the client's CertificateVerify is there; owned by the association's
 * thread.
 *
 * <p>RFC 6347 §4.2.4 wants lost messages repaired by retransmission, but BouncyCastle 1.84 leaves epoch 0 for good at
 * change_cipher_spec: were CertificateVerify lost or late, its retransmission would be discarded and the handshake could
 * never complete. What the gate holds back counts as lost, and the client's next retransmission brings it again.
 */
final class ChangeCipherSpecGate {
    private static final int RECORD_HEADER_LENGTH = 13;
    private static final int HANDSHAKE_HEADER_LENGTH = 12;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int CERTIFICATE_VERIFY = 15;

    /** Bytes of CertificateVerify that have passed, since it may come in fragments. */
    private final BitSet received = new BitSet();

    private boolean open;

    /** A gate for a role that has no such message to wait for. */
    static ChangeCipherSpecGate alwaysOpen() {
        ChangeCipherSpecGate gate = new ChangeCipherSpecGate();
        gate.open = true;
        return gate;
    }

    /** How many bytes of a well-formed datagram may pass: all, or those before a change_cipher_spec that is too early. */
    int admit(byte[] datagram) {
        int offset = 0;
        while (!open && offset < datagram.length) {
            int length = u16(datagram, offset + 11);
            if (datagram[offset] == CHANGE_CIPHER_SPEC) {
                return offset;
            }
            if (datagram[offset] == HANDSHAKE && u16(datagram, offset + 3) == 0) {
                readHandshake(datagram, offset + RECORD_HEADER_LENGTH, length);
            }
            offset += RECORD_HEADER_LENGTH + length;
        }
        return datagram.length;
    }

    private void readHandshake(byte[] datagram, int start, int length) {
        int offset = start;
        while (offset < start + length) {
            int messageLength = u24(datagram, offset + 1);
            int fragmentOffset = u24(datagram, offset + 6);
            int fragmentLength = u24(datagram, offset + 9);
            if (datagram[offset] == CERTIFICATE_VERIFY) {
                received.set(fragmentOffset, fragmentOffset + fragmentLength);
                open |= received.nextClearBit(0) >= messageLength;
            }
            offset += HANDSHAKE_HEADER_LENGTH + fragmentLength;
        }
    }

    private static int u16(byte[] bytes, int offset) {
        return (bytes[offset] & 0xFF) << 8 | (bytes[offset + 1] & 0xFF);
    }

    private static int u24(byte[] bytes, int offset) {
        return (bytes[offset] & 0xFF) << 16 | u16(bytes, offset + 1);
    }
}
