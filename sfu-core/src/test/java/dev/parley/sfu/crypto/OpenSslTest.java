package dev.parley.sfu.crypto;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OpenSslTest {
    private static final String[] NEEDED = {
        "OpenSSL_version_num",
        "OPENSSL_init_crypto",
        "EVP_CIPHER_fetch",
        "EVP_CIPHER_CTX_new",
        "EVP_CIPHER_CTX_free",
        "EVP_CipherInit_ex2",
        "EVP_CipherUpdate",
        "EVP_CipherFinal_ex",
        "EVP_CIPHER_CTX_get_params",
        "EVP_CIPHER_CTX_set_params",
    };

    private final WatchedHeap heap = new WatchedHeap();

    @Test
    void isLoadedAtVersion3() {
        OpenSsl library = ProvidersUnderTest.requireOpenSsl();
        assertTrue(library.version().startsWith("3."), library.version());
        assertTrue(library.hasSha1());
    }

    @Test
    void refusesAnotherMajorVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version4 = constant(0x4000_0020L, arena);
            SymbolLookup real = real();
            NativeLibrary library = new NativeLibrary(
                    "fake", name -> name.equals("OpenSSL_version_num") ? Optional.of(version4) : real.find(name));
            UnavailableException refused = assertThrows(UnavailableException.class, () -> OpenSsl.load(library));
            assertTrue(String.valueOf(refused.getMessage()).contains("4.0.2"));
        }
    }

    @Test
    void namesTheFunctionThatIsMissing() {
        for (String missing : NEEDED) {
            UnavailableException refused =
                    assertThrows(UnavailableException.class, () -> OpenSsl.load(without(missing)));
            assertTrue(String.valueOf(refused.getMessage()).contains(missing));
        }
    }

    @Test
    void leavesCounterModeToOthersWhereSha1WasLeftOut() throws Exception {
        OpenSsl library = OpenSsl.load(without("SHA1_Transform"));
        SrtpCipherProvider provider = new OpenSslSrtpCipherProvider(library, heap);
        assertFalse(provider.supports(SrtpProfile.AES128_CM_SHA1_80));
        assertTrue(SrtpCipherSelfTest.passes(provider, SrtpProfile.AEAD_AES_128_GCM));
    }

    private static NativeLibrary without(String missing) {
        SymbolLookup real = real();
        return new NativeLibrary("fake", name -> name.equals(missing) ? Optional.empty() : real.find(name));
    }

    @SuppressWarnings("restricted") // The library that the provider opens.
    private static SymbolLookup real() {
        try {
            return SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());
        } catch (IllegalArgumentException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    @SuppressWarnings("restricted") // The descriptor is the handle's.
    private static MemorySegment constant(long value, Arena arena) {
        return Linker.nativeLinker()
                .upcallStub(
                        MethodHandles.constant(long.class, value), FunctionDescriptor.of(ValueLayout.JAVA_LONG), arena);
    }
}
