package dev.parley.sfu.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Libraries that are not what they should be: made of the functions of a fake one. */
class IpsecMbTest {
    private static final int MANAGER_LENGTH = 4_096;
    private static final int GCM_128_ENCRYPT = 256;

    private final Arena arena = Arena.ofConfined();
    private final WatchedHeap heap = new WatchedHeap();
    private final Map<String, MemorySegment> functions = new HashMap<>();
    private final MemorySegment manager = arena.allocate(MANAGER_LENGTH);
    private int version = 0x1_03_00;
    private int error;
    private int freed;

    @BeforeEach
    void fakeLibrary() throws ReflectiveOperationException {
        fake("imb_get_version", FunctionDescriptor.of(JAVA_INT), int.class);
        fake("alloc_mb_mgr", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), long.class, long.class);
        fake("init_mb_mgr_auto", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG), void.class, long.class, long.class);
        fake("imb_get_errno", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), int.class, long.class);
        fake("free_mb_mgr", FunctionDescriptor.ofVoid(JAVA_LONG), void.class, long.class);
    }

    @AfterEach
    void close() {
        arena.close();
        assertEquals(0, heap.allocatedNow());
    }

    @Test
    void isLoadedAtTheVersionOfThePackage() {
        IpsecMb library = ProvidersUnderTest.requireIpsecMb(heap);
        assertTrue(library.version().matches("[12]\\.[0-9]+\\.[0-9]+"), library.version());
    }

    @Test
    void refusesVersionsWhoseLayoutIsNotKnown() {
        for (int unknown : new int[] {0, 0x0_37_00, 0x2_01_00, 0x3_00_00, -1}) {
            version = unknown;
            String message = refusal();
            assertTrue(message.contains("version"), message);
        }
        version = 0x3_00_02;
        assertTrue(refusal().contains("3.0.2"));
    }

    @Test
    void refusesAManagerThatHoldsNoFunctions() {
        assertTrue(refusal().contains("aes_gcm"));
        assertEquals(1, freed);
    }

    @Test
    void refusesAManagerThatHoldsFunctionsOfAnotherLibrary() {
        long puts =
                Linker.nativeLinker().defaultLookup().find("puts").orElseThrow().address();
        for (int offset = 0; offset < MANAGER_LENGTH; offset += Long.BYTES) {
            manager.set(JAVA_LONG, offset, puts);
        }
        assertTrue(refusal().contains("puts"));
    }

    @Test
    void refusesAManagerThatHoldsGarbage() {
        for (int offset = 0; offset < MANAGER_LENGTH; offset += Long.BYTES) {
            manager.set(JAVA_LONG, offset, 0x0123_4567_89AB_CDEFL + GCM_128_ENCRYPT);
        }
        assertTrue(refusal().contains("aes_gcm"));
    }

    @Test
    void refusesAProcessorThatTheLibraryDoesNotKnow() {
        error = 2_011;
        assertTrue(refusal().contains("2011"));
        assertEquals(1, freed);
    }

    @Test
    void namesTheFunctionThatIsMissing() {
        for (String function : List.copyOf(functions.keySet())) {
            MemorySegment removed = functions.remove(function);
            assertTrue(refusal().contains(function), function);
            functions.put(function, removed);
        }
    }

    @Test
    void namesThePackageWhenTheLibraryIsMissing() {
        UnavailableException absent = assertThrows(
                UnavailableException.class, () -> NativeLibrary.open(List.of("libNoSuchLibrary.so.1"), "libnosuch1"));
        String message = String.valueOf(absent.getMessage());
        assertTrue(message.contains("libNoSuchLibrary.so.1") && message.contains("libnosuch1"), message);
    }

    private String refusal() {
        NativeLibrary library = new NativeLibrary("fake", name -> Optional.ofNullable(functions.get(name)));
        String message = String.valueOf(assertThrows(UnavailableException.class, () -> IpsecMb.load(library, heap))
                .getMessage());
        assertFalse(message.isBlank());
        return message;
    }

    private void fake(String name, FunctionDescriptor descriptor, Class<?> result, Class<?>... parameters)
            throws ReflectiveOperationException {
        MethodHandle method = MethodHandles.lookup().bind(this, name, MethodType.methodType(result, parameters));
        functions.put(name, upcall(method, descriptor));
    }

    @SuppressWarnings("restricted") // The descriptor is the method's.
    private MemorySegment upcall(MethodHandle method, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().upcallStub(method, descriptor, arena);
    }

    // The names are the library's.

    int imb_get_version() {
        return version;
    }

    long alloc_mb_mgr(long flags) {
        return manager.address() + flags;
    }

    void init_mb_mgr_auto(long state, long architecture) {
        assertEquals(manager.address(), state + architecture);
    }

    int imb_get_errno(long state) {
        return state == 0 ? 1 : error;
    }

    void free_mb_mgr(long state) {
        freed += state == 0 ? 0 : 1;
    }
}
