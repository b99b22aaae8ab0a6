package dev.parley.sfu.crypto;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.provider.Arguments;

/** The providers by name. A test of one whose library this machine lacks is skipped. */
final class ProvidersUnderTest {
    private ProvidersUnderTest() {}

    static Stream<Arguments> namesAndProfiles() {
        return Stream.of("ipsec-mb", "openssl", "jdk")
                .flatMap(name -> Arrays.stream(SrtpProfile.values())
                        .filter(profile -> profile.isAead() || !name.equals("ipsec-mb"))
                        .map(profile -> Arguments.of(name, profile)));
    }

    static Stream<Arguments> nativeNamesAndProfiles() {
        return namesAndProfiles().filter(arguments -> !arguments.get()[0].equals("jdk"));
    }

    static SrtpCipherProvider require(String name) {
        try {
            return switch (name) {
                case "ipsec-mb" -> IpsecMbSrtpCipherProvider.load();
                case "openssl" -> OpenSslSrtpCipherProvider.load();
                default -> new JdkSrtpCipherProvider();
            };
        } catch (UnavailableException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    static SrtpCipherProvider require(String name, SrtpProfile profile) {
        SrtpCipherProvider provider = require(name);
        Assumptions.assumeTrue(provider.supports(profile), name + " has no cipher for " + profile);
        return provider;
    }

    static IpsecMb requireIpsecMb(NativeHeap heap) {
        try {
            return IpsecMb.load(heap);
        } catch (UnavailableException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    static OpenSsl requireOpenSsl() {
        try {
            return OpenSsl.load();
        } catch (UnavailableException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    /** Session keys of no particular look. */
    static SrtpSessionKeys keys(SrtpProfile profile) {
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (0x5A + 7 * i);
        }
        for (int i = 0; i < salt.length; i++) {
            salt[i] = (byte) (0xC3 - 11 * i);
        }
        return SrtpSessionKeys.derive(profile, key, salt);
    }
}
