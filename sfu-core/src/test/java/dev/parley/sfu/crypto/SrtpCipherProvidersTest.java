package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SrtpCipherProvidersTest {
    private static final Set<SrtpProfile> ALL = EnumSet.allOf(SrtpProfile.class);
    private static final Set<SrtpProfile> AEAD = EnumSet.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AEAD_AES_256_GCM);

    /** Moves by what the ciphers of the fake providers say they take. */
    private long nowNs;

    private final Fake ipsecMb = new Fake("ipsec-mb", AEAD, 150);
    private final Fake openSsl = new Fake("openssl", ALL, 700);
    private final Fake jdk = new Fake("jdk", ALL, 1);

    @Test
    void takesTheFirstInOrderForEachProfile() {
        SrtpCipherProviders selection = select("auto");

        assertEquals("ipsec-mb", selection.serving(SrtpProfile.AEAD_AES_128_GCM).name());
        assertEquals("ipsec-mb", selection.serving(SrtpProfile.AEAD_AES_256_GCM).name());
        assertEquals("openssl", selection.serving(SrtpProfile.AES128_CM_SHA1_80).name());
        assertEquals(
                "crypto=auto AEAD_AES_128_GCM=ipsec-mb/1 AEAD_AES_256_GCM=ipsec-mb/1 AES128_CM_SHA1_80=openssl/1"
                        + " passed_over=\"openssl for AEAD_AES_128_GCM: 700 ns a packet at start, ipsec-mb takes 150;"
                        + " openssl for AEAD_AES_256_GCM: 700 ns a packet at start, ipsec-mb takes 150;"
                        + " ipsec-mb for AES128_CM_SHA1_80: it has no cipher for it\"",
                selection.toString());
    }

    @Test
    void isOverruledByATimingThatIsClear() {
        ipsecMb.nsPerPacket = 1_401;
        SrtpCipherProviders selection = select("auto");
        assertEquals("openssl", selection.serving(SrtpProfile.AEAD_AES_128_GCM).name());
        assertTrue(selection.toString().contains("1401 ns a packet at start, openssl takes 700"), selection.toString());
    }

    @Test
    void isNotOverruledByATimingThatIsClose() {
        ipsecMb.nsPerPacket = 1_399;
        assertEquals(
                "ipsec-mb", select("auto").serving(SrtpProfile.AEAD_AES_128_GCM).name());
    }

    @Test
    void isNotOverruledByAChanceThatPasses() {
        ipsecMb.nsPerPacket = 5_000;
        ipsecMb.nsPerPacketLater = 150;
        assertEquals(
                "ipsec-mb", select("auto").serving(SrtpProfile.AEAD_AES_128_GCM).name());
    }

    @Test
    void timesForATenthOfASecondAtMost() {
        select("auto");
        assertTrue(nowNs < 21_000_000, nowNs + " ns");
        nowNs = 0;
        ipsecMb.nsPerPacket = 5_000;
        select("auto");
        assertTrue(nowNs < 85_000_000, nowNs + " ns");
    }

    @Test
    void passesOverWhatFailsTheKnownAnswer() {
        ipsecMb.wrong = true;
        SrtpCipherProviders selection = select("auto");
        assertEquals("openssl", selection.serving(SrtpProfile.AEAD_AES_128_GCM).name());
        assertTrue(
                selection.toString().contains("ipsec-mb for AEAD_AES_128_GCM: it failed the known answer"),
                selection.toString());
    }

    @Test
    void saysWhyALibraryIsNotThere() {
        SrtpCipherProviders selection = SrtpCipherProviders.select(
                "auto",
                List.of(absent("ipsec-mb"), absent("openssl"), SrtpCipherProviders.Candidate.of(jdk)),
                () -> nowNs);
        assertEquals("jdk", selection.name());
        assertTrue(
                selection.toString().endsWith("passed_over=\"ipsec-mb: not there; openssl: not there\""),
                selection.toString());
    }

    @Test
    void usesTheOneThatWasNamedWhateverTheTiming() {
        openSsl.nsPerPacket = 1_000_000;
        SrtpCipherProviders selection = select("openssl");
        assertEquals("openssl", selection.name());
        assertEquals(0, nowNs);
    }

    @Test
    void servesWhatTheOneThatWasNamedLacksByTheNextInOrder() {
        assertEquals(
                "openssl",
                select("ipsec-mb").serving(SrtpProfile.AES128_CM_SHA1_80).name());
        openSsl.profiles = AEAD;
        SrtpCipherProviders selection = select("ipsec-mb");
        assertEquals("jdk", selection.serving(SrtpProfile.AES128_CM_SHA1_80).name());
        assertTrue(selection.toString().contains("openssl for AES128_CM_SHA1_80: it has no cipher for it"));
        assertEquals("jdk", select("jdk").name());
    }

    @Test
    void refusesToStartWithoutTheOneThatWasNamed() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> SrtpCipherProviders.select(
                        "ipsec-mb", List.of(absent("ipsec-mb"), SrtpCipherProviders.Candidate.of(jdk)), () -> nowNs));
        assertEquals(
                "crypto: ipsec-mb cannot be used: ipsec-mb: not there. Mend this, or set crypto to auto",
                refused.getMessage());
        openSsl.wrong = true;
        assertThrows(IllegalArgumentException.class, () -> select("openssl"));
        assertThrows(IllegalArgumentException.class, () -> select("rot13"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "ipsec-mb", "openssl", "jdk"})
    void findsCiphersOnThisMachineThatUnderstandEachOther(String choice) {
        if (!choice.equals("auto")) {
            ProvidersUnderTest.require(choice);
        }
        SrtpCipherProviders selection = SrtpCipherProviders.select(choice, System::nanoTime);
        for (SrtpProfile profile : SrtpProfile.values()) {
            assertTrue(SrtpCipherSelfTest.passes(selection, profile));
        }
        boolean named = choice.equals("auto")
                || selection.serving(SrtpProfile.AEAD_AES_128_GCM).name().equals(choice);
        assertTrue(named);
        assertFalse(selection.version().isEmpty());
    }

    private SrtpCipherProviders select(String choice) {
        return SrtpCipherProviders.select(
                choice,
                List.of(
                        SrtpCipherProviders.Candidate.of(ipsecMb),
                        SrtpCipherProviders.Candidate.of(openSsl),
                        SrtpCipherProviders.Candidate.of(jdk)),
                () -> nowNs);
    }

    private static SrtpCipherProviders.Candidate absent(String name) {
        return new SrtpCipherProviders.Candidate(name, null, "not there");
    }

    /** The JDK's ciphers under another name and speed. */
    private final class Fake implements SrtpCipherProvider {
        private final String name;
        private Set<SrtpProfile> profiles;
        private long nsPerPacket;
        private long nsPerPacketLater;
        private boolean wrong;

        Fake(String name, Set<SrtpProfile> profiles, long nsPerPacket) {
            this.name = name;
            this.profiles = profiles;
            this.nsPerPacket = nsPerPacket;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String version() {
            return "1";
        }

        @Override
        public boolean supports(SrtpProfile profile) {
            return profiles.contains(profile);
        }

        @Override
        public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
            return new FakeCipher(new JdkSrtpCipherProvider().create(keys, direction), this);
        }
    }

    private final class FakeCipher implements SrtpCipher {
        private final SrtpCipher real;
        private final Fake provider;

        FakeCipher(SrtpCipher real, Fake provider) {
            this.real = real;
            this.provider = provider;
        }

        @Override
        public int protectRtp(
                PacketBuffer dst,
                int headerLength,
                int prefixLength,
                PacketBuffer src,
                int srcOffset,
                int restLength,
                int ssrc,
                long index) {
            if (headerLength + restLength == 1_200) {
                nowNs += provider.nsPerPacket; // Only what is timed is of this length.
                if (provider.nsPerPacketLater != 0 && nowNs > 25_000_000) {
                    provider.nsPerPacket = provider.nsPerPacketLater;
                }
                return 0;
            }
            int length = real.protectRtp(dst, headerLength, prefixLength, src, srcOffset, restLength, ssrc, index);
            if (provider.wrong) {
                dst.putU8(length - 1, ~dst.u8(length - 1));
            }
            return length;
        }

        @Override
        public boolean unprotectRtp(PacketBuffer packet, int headerLength, int ssrc, long index) {
            return real.unprotectRtp(packet, headerLength, ssrc, index);
        }

        @Override
        public int protectRtcp(PacketBuffer packet, int index) {
            return real.protectRtcp(packet, index);
        }

        @Override
        public boolean unprotectRtcp(PacketBuffer packet) {
            return real.unprotectRtcp(packet);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
