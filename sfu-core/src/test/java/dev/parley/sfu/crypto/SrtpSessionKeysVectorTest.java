package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 3711 appendix B. */
class SrtpSessionKeysVectorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MASTER_KEY = HEX.parseHex("e1f97a0d3e018be0d64fa32c06de4139");
    private static final byte[] MASTER_SALT = HEX.parseHex("0ec675ad498afeebb6960b3aabe6");

    @Test
    void makesTheKeystreamOfAppendixB2() {
        byte[] key = HEX.parseHex("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] salt = HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfd");
        try (AesCounterKeystream aes = new AesCounterKeystream(key, salt)) {
            byte[] start = new byte[48];
            aes.apply(start, 0, start.length, 0, 0);
            assertEquals(
                    "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0",
                    HEX.formatHex(start));

            // The appendix goes on at block 0xFEFF, farther than a packet can reach.
            byte[] end = aes.keystream(0xf0f1f2f3f4f5f6f7L, 0xf8f9fafbfcfdfeffL, 48);
            assertEquals(
                    "ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44",
                    HEX.formatHex(end));
        }
    }

    @Test
    void derivesTheKeysOfAppendixB3() {
        assertEquals(
                "c61e7a93744f39ee10734afe3ff7a087",
                HEX.formatHex(SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 0, 16)));
        assertEquals(
                "30cbbc08863d8c85d49db34a9ae1", HEX.formatHex(SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 2, 14)));
        assertEquals(
                "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbce"
                        + "e049646c43d9327ad175578ef72270986371c10c9a369ac2f94a8c5fbcdddc25"
                        + "6d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2dc68",
                HEX.formatHex(SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 1, 96)));
    }

    @Test
    void derivesTheKeysOfRfc6188ForA256BitMasterKey() {
        // RFC 6188 §7.2.
        byte[] key = HEX.parseHex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
        byte[] salt = HEX.parseHex("3b04803de51ee7c96423ab5b78d2");

        assertEquals(
                "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
                HEX.formatHex(SrtpSessionKeys.derive(key, salt, 0, 32)));
        assertEquals("fa31791685ca444a9e07c6c64e93", HEX.formatHex(SrtpSessionKeys.derive(key, salt, 2, 14)));
        assertEquals(
                "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05", HEX.formatHex(SrtpSessionKeys.derive(key, salt, 1, 20)));
    }

    @Test
    void givesRtpAndRtcpTheirOwnKeysInThisOrder() {
        try (SrtpSessionKeys keys = SrtpSessionKeys.derive(SrtpProfile.AES128_CM_SHA1_80, MASTER_KEY, MASTER_SALT)) {
            assertArrayEquals(
                    SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 0, 16),
                    keys.rtp().encryptionKey());
            assertArrayEquals(
                    SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 1, 20),
                    keys.rtp().authenticationKey());
            assertArrayEquals(
                    SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 2, 14),
                    keys.rtp().salt());
            assertArrayEquals(
                    SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 3, 16),
                    keys.rtcp().encryptionKey());
            assertArrayEquals(
                    SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 4, 20),
                    keys.rtcp().authenticationKey());
            assertArrayEquals(
                    SrtpSessionKeys.derive(MASTER_KEY, MASTER_SALT, 5, 14),
                    keys.rtcp().salt());
        }
    }

    @Test
    void overwritesTheKeysWhenClosed() {
        SrtpSessionKeys keys = SrtpSessionKeys.derive(SrtpProfile.AES128_CM_SHA1_80, MASTER_KEY, MASTER_SALT);

        keys.close();

        assertArrayEquals(new byte[16], keys.rtp().encryptionKey());
        assertArrayEquals(new byte[20], keys.rtcp().authenticationKey());
        assertArrayEquals(new byte[14], keys.rtcp().salt());
    }

    @Test
    void refusesMasterKeysOfTheWrongLength() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SrtpSessionKeys.derive(SrtpProfile.AEAD_AES_256_GCM, MASTER_KEY, MASTER_SALT));
    }
}
