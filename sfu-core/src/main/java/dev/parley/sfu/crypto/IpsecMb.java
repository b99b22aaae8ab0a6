package dev.parley.sfu.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Intel's Multi-Buffer Crypto for IPsec, loaded: its direct AES-GCM functions for this processor.
 *
 * <p>The library chooses them at run time and tells them in its manager structure, whose layout no symbol describes.
 * Their place is the same in the headers of all releases from 1.0 to 2.0; another version is refused, and so is a
 * pointer that does not lead to a function of the library with the expected name, before anything is called by it.
 */
final class IpsecMb {
    private static final List<String> SONAMES = List.of("libIPSec_MB.so.1", "libIPSec_MB.so.2");
    private static final String DEBIAN_PACKAGE = "libipsec-mb1";
    private static final int FIRST_VERSION = 0x1_00_00;
    private static final int LAST_VERSION = 0x2_00_FF;

    // Where IMB_MGR holds the functions, in bytes; checked with offsetof() for 1.0, 1.1, 1.2, 1.3, 1.4, 1.5 and 2.0.
    private static final int GCM_128_ENCRYPT = 256;
    private static final int GCM_256_ENCRYPT = 272;
    private static final int GCM_128_DECRYPT = 280;
    private static final int GCM_256_DECRYPT = 296;
    private static final int GCM_128_PRECOMPUTE = 448;
    private static final int GCM_256_PRECOMPUTE = 464;

    private static final MethodHandle VERSION = NativeLibrary.downcall(FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle ALLOCATE_MANAGER =
            NativeLibrary.downcall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle INITIALISE =
            NativeLibrary.downcall(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle ERROR = NativeLibrary.downcall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle FREE_MANAGER = NativeLibrary.downcall(FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle DLADDR =
            NativeLibrary.downcall(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private static final MethodHandle PRECOMPUTE =
            NativeLibrary.shortDowncall(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    /** Expanded key, context, out, in, length, nonce, associated data, its length, tag, its length. */
    private static final MethodHandle CRYPT = NativeLibrary.shortDowncall(FunctionDescriptor.ofVoid(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG));

    /** The functions for one key length. */
    private record Gcm(MemorySegment precompute, MemorySegment encrypt, MemorySegment decrypt) {}

    private final String version;
    private final Gcm gcm128;
    private final Gcm gcm256;

    private IpsecMb(String version, Gcm gcm128, Gcm gcm256) {
        this.version = version;
        this.gcm128 = gcm128;
        this.gcm256 = gcm256;
    }

    static IpsecMb load(NativeHeap heap) throws UnavailableException {
        return load(NativeLibrary.open(SONAMES, DEBIAN_PACKAGE), heap);
    }

    static IpsecMb load(NativeLibrary library, NativeHeap heap) throws UnavailableException {
        String architecture = System.getProperty("os.arch", "");
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
            throw new UnavailableException(library.name() + " is used on x86-64 only, this is " + architecture);
        }
        int version = version(library);
        String text = (version >>> 16) + "." + (version >>> 8 & 0xFF) + "." + (version & 0xFF);
        if (version < FIRST_VERSION || version > LAST_VERSION) {
            throw new UnavailableException(library.name() + " is of version " + text + "; known are 1.0 to 2.0");
        }
        MemorySegment allocate = library.function("alloc_mb_mgr");
        MemorySegment free = library.function("free_mb_mgr");
        try {
            long manager = (long) ALLOCATE_MANAGER.invokeExact(allocate, 0L);
            if (manager == 0) {
                throw new UnavailableException(library.name() + " gave no manager");
            }
            try {
                return read(library, text, manager, heap);
            } finally {
                FREE_MANAGER.invokeExact(free, manager); // The functions it named are the library's own.
            }
        } catch (UnavailableException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    private static int version(NativeLibrary library) throws UnavailableException {
        MemorySegment function = library.function("imb_get_version");
        try {
            return (int) VERSION.invokeExact(function);
        } catch (Throwable e) {
            throw NativeLibrary.unexpected(e);
        }
    }

    private static IpsecMb read(NativeLibrary library, String version, long manager, NativeHeap heap) throws Throwable {
        INITIALISE.invokeExact(library.function("init_mb_mgr_auto"), manager, 0L);
        int error = (int) ERROR.invokeExact(library.function("imb_get_errno"), manager);
        if (error != 0) {
            throw new UnavailableException(library.name() + " does not know this processor, error " + error);
        }
        Functions functions = new Functions(library, manager, heap);
        return new IpsecMb(
                version,
                new Gcm(
                        functions.at(GCM_128_PRECOMPUTE, "aes_gcm_pre_128"),
                        functions.at(GCM_128_ENCRYPT, "aes_gcm_enc_128"),
                        functions.at(GCM_128_DECRYPT, "aes_gcm_dec_128")),
                new Gcm(
                        functions.at(GCM_256_PRECOMPUTE, "aes_gcm_pre_256"),
                        functions.at(GCM_256_ENCRYPT, "aes_gcm_enc_256"),
                        functions.at(GCM_256_DECRYPT, "aes_gcm_dec_256")));
    }

    /** The function pointers of a manager, each looked at before it is believed. */
    private record Functions(NativeLibrary library, long manager, NativeHeap heap) {
        /** The offsets of file name and symbol name in the C library's {@code Dl_info}, and its length. */
        private static final int FILE_NAME = 0;

        private static final int SYMBOL_NAME = 16;
        private static final int DL_INFO_LENGTH = 32;

        MemorySegment at(int offset, String expected) throws Throwable {
            long address = NativeMemory.getLong(manager + offset);
            MemorySegment dladdr =
                    new NativeLibrary("the C library", Linker.nativeLinker().defaultLookup()).function("dladdr");
            try (SecretMemory info = new SecretMemory(heap, DL_INFO_LENGTH)) {
                int found = (int) DLADDR.invokeExact(dladdr, address, info.address());
                String file = found == 0 ? "" : NativeMemory.text(NativeMemory.getLong(info.address() + FILE_NAME));
                String symbol = found == 0 ? "" : NativeMemory.text(NativeMemory.getLong(info.address() + SYMBOL_NAME));
                if (!file.contains("libIPSec_MB") || !symbol.startsWith(expected)) {
                    throw new UnavailableException(
                            library.name() + " has no " + expected + " where it is expected, but '" + symbol + "'");
                }
            }
            return MemorySegment.ofAddress(address);
        }
    }

    /** Such as 1.3.0. */
    String version() {
        return version;
    }

    /** An expanded key; the argument stays the caller's, to overwrite. */
    GcmKey gcmKey(byte[] key, NativeHeap heap) {
        return new Key(key.length == 16 ? gcm128 : gcm256, key, heap);
    }

    private static final class Key implements GcmKey {
        // What the memory holds, by offset. An expanded key has 1,008 bytes up to 1.3 and 1,264 from 1.4 on.
        private static final int EXPANDED_KEY = 0;
        private static final int CONTEXT = 1_536;
        private static final int TAG = 1_792;
        private static final int KEY = 1_856;
        private static final int MEMORY_LENGTH = 1_920;

        private static final long TAG_LENGTH = 16;

        private final MemorySegment encrypt;
        private final MemorySegment decrypt;
        private final SecretMemory memory;

        Key(Gcm gcm, byte[] key, NativeHeap heap) {
            encrypt = gcm.encrypt();
            decrypt = gcm.decrypt();
            memory = new SecretMemory(heap, MEMORY_LENGTH);
            long address = memory.address();
            try {
                NativeMemory.put(address + KEY, key);
                PRECOMPUTE.invokeExact(gcm.precompute(), address + KEY, address + EXPANDED_KEY);
                NativeMemory.wipe(address + KEY, key.length);
            } catch (Throwable e) {
                memory.close();
                throw NativeLibrary.unexpected(e);
            }
        }

        @Override
        public void encrypt(long nonce, long aad, int aadLength, long src, long dst, int length, long tag) {
            crypt(encrypt, nonce, aad, aadLength, src, dst, length, tag);
        }

        @Override
        public boolean decrypt(long nonce, long aad, int aadLength, long data, int length, long tag) {
            long computed = memory.address() + TAG;
            crypt(decrypt, nonce, aad, aadLength, data, data, length, computed);
            // Both halves are always compared, so that timing tells nothing of the right tag.
            long difference = NativeMemory.getLong(tag) ^ NativeMemory.getLong(computed)
                    | NativeMemory.getLong(tag + 8) ^ NativeMemory.getLong(computed + 8);
            if (difference != 0) {
                // The library decrypts whatever the tag; the same keystream once more gives the packet back.
                crypt(decrypt, nonce, aad, aadLength, data, data, length, computed);
                return false;
            }
            return true;
        }

        private void crypt(
                MemorySegment function, long nonce, long aad, int aadLength, long src, long dst, int length, long tag) {
            long address = memory.address();
            try {
                CRYPT.invokeExact(
                        function,
                        address + EXPANDED_KEY,
                        address + CONTEXT,
                        dst,
                        src,
                        (long) length,
                        nonce,
                        aad,
                        (long) aadLength,
                        tag,
                        TAG_LENGTH);
            } catch (Throwable e) {
                throw NativeLibrary.unexpected(e);
            }
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
