package dev.parley.sfu.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** A shared library of this machine, and how its functions are called. */
final class NativeLibrary {
    private final String name;
    private final SymbolLookup symbols;

    NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /**
     * Opens the first of these libraries that is there, for as long as the JVM runs.
     *
     * @param debianPackage what to install if none is
     */
    @SuppressWarnings("restricted") // Only libraries whose functions are declared here are opened, by their sonames.
    static NativeLibrary open(List<String> sonames, String debianPackage) throws UnavailableException {
        for (String soname : sonames) {
            try {
                return new NativeLibrary(soname, SymbolLookup.libraryLookup(soname, Arena.global()));
            } catch (IllegalArgumentException absent) {
                // The next one may be there.
            }
        }
        throw new UnavailableException(sonames.getFirst() + " was not found; the Debian package is " + debianPackage);
    }

    /** The soname it was found by. */
    String name() {
        return name;
    }

    MemorySegment function(String function) throws UnavailableException {
        return symbols.find(function)
                .orElseThrow(() -> new UnavailableException(name + " has no function " + function));
    }

    /** {@link MemorySegment#NULL} when there is none. */
    MemorySegment optionalFunction(String function) {
        return symbols.find(function).orElse(MemorySegment.NULL);
    }

    /**
     * A handle whose first argument is the function. Kept in a static final field it compiles to a plain call, and the
     * library behind it is still a matter of the object.
     */
    @SuppressWarnings("restricted") // The descriptors are those of the libraries' headers.
    static MethodHandle downcall(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }

    /**
     * As {@link #downcall}, for functions that return within a microsecond or two: the thread does not tell the JVM that
     * it is in native code, which saves 5 ns a call; a collection waits for it instead.
     */
    @SuppressWarnings("restricted") // The descriptors are those of the libraries' headers.
    static MethodHandle shortDowncall(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(false));
    }

    /** What a foreign call threw: it declares everything and throws nothing but the JVM's own errors. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a foreign call failed", thrown);
    }
}
