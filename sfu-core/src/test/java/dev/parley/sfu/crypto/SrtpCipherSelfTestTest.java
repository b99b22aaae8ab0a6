package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpCipherSelfTestTest {
    @ParameterizedTest
    @MethodSource("dev.parley.sfu.crypto.ProvidersUnderTest#namesAndProfiles")
    void passesEveryProvider(String name, SrtpProfile profile) {
        assertTrue(SrtpCipherSelfTest.passes(ProvidersUnderTest.require(name, profile), profile));
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void refusesAProviderThatUsesTheWrongKey(SrtpProfile profile) {
        SrtpCipherProvider wrongKey = new SrtpCipherProvider() {
            @Override
            public String name() {
                return "wrong-key";
            }

            @Override
            public String version() {
                return "0";
            }

            @Override
            public boolean supports(SrtpProfile any) {
                return true;
            }

            @Override
            public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
                try (SrtpSessionKeys other = SrtpSessionKeys.derive(
                        profile, new byte[profile.keyLength()], new byte[profile.saltLength()])) {
                    return new JdkSrtpCipherProvider().create(other, direction);
                }
            }
        };

        assertFalse(SrtpCipherSelfTest.passes(wrongKey, profile));
    }
}
