package dev.parley.sfu.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ChangeCipherSpecGateTest {
    private static final byte[] CHANGE_CIPHER_SPEC = hex("14fefd0000000000000009000101");
    /** CertificateVerify of 8 bytes: its halves, and a ClientKeyExchange of as many. */
    private static final byte[] FIRST_HALF =
            hex("16fefd00000000000000050010" + "0f0000080003000000000004" + "01020304");

    private static final byte[] SECOND_HALF =
            hex("16fefd00000000000000060010" + "0f0000080003000004000004" + "05060708");
    private static final byte[] KEY_EXCHANGE =
            hex("16fefd00000000000000040010" + "100000040002000000000004" + "01020304");

    private final ChangeCipherSpecGate gate = new ChangeCipherSpecGate();

    @Test
    void holdsChangeCipherSpecBackUntilCertificateVerifyIsWhole() {
        assertEquals(KEY_EXCHANGE.length, gate.admit(KEY_EXCHANGE));
        assertEquals(0, gate.admit(CHANGE_CIPHER_SPEC));
        assertEquals(SECOND_HALF.length, gate.admit(SECOND_HALF));
        assertEquals(0, gate.admit(CHANGE_CIPHER_SPEC));
        assertEquals(FIRST_HALF.length, gate.admit(FIRST_HALF));
        assertEquals(CHANGE_CIPHER_SPEC.length, gate.admit(CHANGE_CIPHER_SPEC));
    }

    @Test
    void cutsADatagramAtChangeCipherSpec() {
        byte[] early = join(FIRST_HALF, CHANGE_CIPHER_SPEC);
        assertEquals(FIRST_HALF.length, gate.admit(early));

        byte[] inTime = join(SECOND_HALF, CHANGE_CIPHER_SPEC);
        assertEquals(inTime.length, gate.admit(inTime));
    }

    @Test
    void letsAClientsSidePass() {
        assertEquals(
                CHANGE_CIPHER_SPEC.length, ChangeCipherSpecGate.alwaysOpen().admit(CHANGE_CIPHER_SPEC));
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = new byte[first.length + second.length];
        System.arraycopy(first, 0, joined, 0, first.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
