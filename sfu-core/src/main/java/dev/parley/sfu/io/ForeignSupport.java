package dev.parley.sfu.io;

import java.lang.foreign.Arena;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells whether the foreign layer works on this machine, by trying it once. */
final class ForeignSupport {
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

    /** Found out on first use. */
    private static final class Found {
        private static final @Nullable String FAULT = find();
    }

    private ForeignSupport() {}

    /** Why the layer cannot be had, or null if it can. */
    static @Nullable String fault() {
        return Found.FAULT;
    }

    private static @Nullable String find() {
        String os = System.getProperty("os.name", "");
        String architecture = System.getProperty("os.arch", "");
        if (!os.equals("Linux") || !ARCHITECTURES.contains(architecture)) {
            return "it is for Linux on x86-64 and aarch64, this is " + os + " on " + architecture;
        }
        try (Arena arena = Arena.ofConfined()) {
            return tryCalls(new LinuxCalls(arena), arena);
        } catch (LinkageError | RuntimeException e) {
            // Native access denied, or a C library without these functions.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return String.valueOf(cause.getMessage());
        }
    }

    private static @Nullable String tryCalls(LinuxCalls calls, Arena arena) {
        int socket = calls.socket(LinuxAbi.AF_INET, LinuxAbi.SOCK_DGRAM | LinuxAbi.SOCK_CLOEXEC);
        int event = calls.newEvent();
        try {
            long message = arena.allocate(LinuxAbi.MMSGHDR_BYTES, 8).address();
            String fault = refused("socket", socket, 0);
            fault = fault != null ? fault : refused("eventfd", event, 0);
            fault = fault != null ? fault : refused("recvmmsg", calls.receive(socket, message, 1), LinuxAbi.EAGAIN);
            fault = fault != null ? fault : refused("sendmmsg", calls.send(socket, message, 0), 0);
            fault = fault != null ? fault : refused("ppoll", calls.poll(message, 0, 0), 0);
            return fault;
        } finally {
            for (int fd : new int[] {socket, event}) {
                if (fd >= 0) {
                    calls.close(fd);
                }
            }
        }
    }

    private static @Nullable String refused(String call, int result, int expectedError) {
        return result >= 0 || result == -expectedError ? null : call + " fails with errno " + -result;
    }
}
