package dev.parley.sfu.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * OpenSSL's libcrypto 3, loaded: the EVP ciphers, and SHA-1 by its own functions, which need no context to be made or
 * copied and cost 0.8 of what EVP_MAC does for a packet. They are deprecated, though part of the library's ABI; where a
 * build leaves them out, {@link #hasSha1()} is false.
 */
final class OpenSsl {
    private static final List<String> SONAMES = List.of("libcrypto.so.3");
    private static final String DEBIAN_PACKAGE = "libssl3";
    private static final int MAJOR_VERSION = 3;
    /** OPENSSL_INIT_NO_ATEXIT: at the JVM's end shards may still be encrypting when exit handlers run. */
    private static final long NO_EXIT_HANDLER = 0x0008_0000;

    private static final MethodHandle VERSION = NativeLibrary.downcall(FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle INITIALISE =
            NativeLibrary.downcall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FETCH =
            NativeLibrary.downcall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle NEW = NativeLibrary.downcall(FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle FREE = NativeLibrary.downcall(FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle INIT = NativeLibrary.shortDowncall(
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle UPDATE = NativeLibrary.shortDowncall(
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FINAL =
            NativeLibrary.shortDowncall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PARAMETERS =
            NativeLibrary.shortDowncall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SHA1_INIT =
            NativeLibrary.shortDowncall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle SHA1_UPDATE =
            NativeLibrary.shortDowncall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SHA1_FINAL =
            NativeLibrary.shortDowncall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SHA1_TRANSFORM =
            NativeLibrary.shortDowncall(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));

    private final String version;
    private final MemorySegment fetch;
    private final MemorySegment newContext;
    private final MemorySegment freeContext;
    private final MemorySegment init;
    private final MemorySegment update;
    private final MemorySegment finish;
    private final MemorySegment getParameters;
    private final MemorySegment setParameters;
    private final boolean hasSha1;
    private final MemorySegment sha1Init;
    private final MemorySegment sha1Update;
    private final MemorySegment sha1Final;
    private final MemorySegment sha1Transform;

    private OpenSsl(NativeLibrary library, String version) throws UnavailableException {
        this.version = version;
        fetch = library.function("EVP_CIPHER_fetch");
        newContext = library.function("EVP_CIPHER_CTX_new");
        freeContext = library.function("EVP_CIPHER_CTX_free");
        init = library.function("EVP_CipherInit_ex2");
        update = library.function("EVP_CipherUpdate");
        finish = library.function("EVP_CipherFinal_ex");
        getParameters = library.function("EVP_CIPHER_CTX_get_params");
        setParameters = library.function("EVP_CIPHER_CTX_set_params");
        sha1Init = library.optionalFunction("SHA1_Init");
        sha1Update = library.optionalFunction("SHA1_Update");
        sha1Final = library.optionalFunction("SHA1_Final");
        sha1Transform = library.optionalFunction("SHA1_Transform");
        hasSha1 = !List.of(sha1Init, sha1Update, sha1Final, sha1Transform).contains(MemorySegment.NULL);
    }

    static OpenSsl load() throws UnavailableException {
        return load(NativeLibrary.open(SONAMES, DEBIAN_PACKAGE));
    }

    static OpenSsl load(NativeLibrary library) throws UnavailableException {
        MemorySegment versionNumber = library.function("OpenSSL_version_num");
        MemorySegment initialise = library.function("OPENSSL_init_crypto");
        try {
            long number = (long) VERSION.invokeExact(versionNumber);
            String version = (number >>> 28) + "." + (number >>> 20 & 0xFF) + "." + (number >>> 4 & 0xFF);
            if (number >>> 28 != MAJOR_VERSION) {
                throw new UnavailableException(library.name() + " is of version " + version + ", known is 3");
            }
            if ((int) INITIALISE.invokeExact(initialise, NO_EXIT_HANDLER, 0L) != 1) {
                throw new UnavailableException(library.name() + " refused to be initialised");
            }
            return new OpenSsl(library, version);
        } catch (UnavailableException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    /** Such as 3.0.19. */
    String version() {
        return version;
    }

    boolean hasSha1() {
        return hasSha1;
    }

    /** An EVP_CIPHER, or 0 when the library's providers have none of that name. */
    long fetch(String cipher, NativeHeap heap) {
        byte[] name = NativeMemory.zeroTerminated(cipher);
        try (SecretMemory memory = new SecretMemory(heap, name.length)) {
            NativeMemory.put(memory.address(), name);
            return (long) FETCH.invokeExact(fetch, 0L, memory.address(), 0L);
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    long newContext() {
        try {
            return require((long) NEW.invokeExact(newContext), "EVP_CIPHER_CTX_new");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    /** Frees a context and overwrites the expanded key in it. */
    void freeContext(long context) {
        try {
            FREE.invokeExact(freeContext, context);
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    /**
     * Starts anew.
     *
     * @param cipher from {@link #fetch}, or 0 to keep the context's
     * @param key its address, or 0 to keep the context's
     * @param encrypt 1 or 0, or -1 to keep the context's direction
     */
    void init(long context, long cipher, long key, long nonce, int encrypt) {
        try {
            require((int) INIT.invokeExact(init, context, cipher, key, nonce, encrypt, 0L), "EVP_CipherInit_ex2");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    /** Turns data; with a {@code dst} of 0 it is associated data. The produced length goes to {@code lengthOut}. */
    void update(long context, long dst, long lengthOut, long src, int length) {
        try {
            require((int) UPDATE.invokeExact(update, context, dst, lengthOut, src, length), "EVP_CipherUpdate");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    /** False when the tag is wrong. */
    boolean finish(long context, long dst, long lengthOut) {
        try {
            return (int) FINAL.invokeExact(finish, context, dst, lengthOut) > 0;
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    void getParameters(long context, long parameters) {
        try {
            require((int) PARAMETERS.invokeExact(getParameters, context, parameters), "EVP_CIPHER_CTX_get_params");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    void setParameters(long context, long parameters) {
        try {
            require((int) PARAMETERS.invokeExact(setParameters, context, parameters), "EVP_CIPHER_CTX_set_params");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    void sha1Init(long state) {
        try {
            require((int) SHA1_INIT.invokeExact(sha1Init, state), "SHA1_Init");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    void sha1Update(long state, long data, long length) {
        try {
            require((int) SHA1_UPDATE.invokeExact(sha1Update, state, data, length), "SHA1_Update");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    void sha1Final(long digest, long state) {
        try {
            require((int) SHA1_FINAL.invokeExact(sha1Final, digest, state), "SHA1_Final");
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    /** Takes one block of 64 bytes into the five words at the front of the state. */
    void sha1Transform(long state, long block) {
        try {
            SHA1_TRANSFORM.invokeExact(sha1Transform, state, block);
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    private static void require(int result, String function) {
        if (result != 1) {
            throw new IllegalStateException(function + " failed: " + result);
        }
    }

    private static long require(long pointer, String function) {
        if (pointer == 0) {
            throw new IllegalStateException(function + " failed");
        }
        return pointer;
    }
}
