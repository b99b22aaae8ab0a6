package dev.parley.benchmarks.load.bot;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of the bots' sockets, pointers as plain longs and without errno: what fails is tried again or counted,
 * whatever the reason. Any thread.
 *
 * <p>The server's own port is one socket for all; bots have one each, as clients have, and wait for all of them at once.
 */
@SuppressWarnings("restricted") // Native access is what this class is for.
final class Linux {
    static final int AF_INET = 2;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_SNDBUF = 7;
    /** Beyond the limit of the system, for those who may. */
    static final int SO_SNDBUFFORCE = 32;

    static final int SO_RCVBUFFORCE = 33;
    static final int SO_TIMESTAMPNS = 35;
    static final int SO_RXQ_OVFL = 40;
    static final int SOL_UDP = 17;
    static final int UDP_GRO = 104;
    static final int MSG_DONTWAIT = 0x40;
    static final int EPOLLIN = 1;

    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 2_048 | 524_288;
    private static final int EPOLL_CLOEXEC = 524_288;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int CLOCK_REALTIME = 0;
    private static final int PR_SET_TIMERSLACK = 29;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMMSG = call("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG = call("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", JAVA_INT);
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT = call("epoll_wait", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);
    private static final MethodHandle PRCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("prctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle CLOCK_GETTIME = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("clock_gettime"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.critical(false));

    private Linux() {}

    private static MethodHandle call(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    static int newSocket() throws IOException {
        try {
            int fd = (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
            if (fd < 0) {
                throw new IOException("no further socket: raise the limit of open files (ulimit -n)");
            }
            return fd;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int bind(int fd, long address, int bytes) {
        try {
            return (int) BIND.invokeExact(fd, address, bytes);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int boundAddress(int fd, long address, long length) {
        try {
            return (int) GETSOCKNAME.invokeExact(fd, address, length);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Whether the kernel knows the option. */
    static boolean option(int fd, int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(JAVA_INT, value);
            return (int) SETSOCKOPT.invokeExact(fd, level, name, memory.address(), Integer.BYTES) == 0;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int receive(int fd, long messages, int count) {
        try {
            return (int) RECVMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int send(int fd, long messages, int count) {
        try {
            return (int) SENDMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int newEpoll() throws IOException {
        try {
            int fd = (int) EPOLL_CREATE1.invokeExact(EPOLL_CLOEXEC);
            if (fd < 0) {
                throw new IOException("no epoll set");
            }
            return fd;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static void watch(int epoll, int fd, long event) throws IOException {
        try {
            if ((int) EPOLL_CTL.invokeExact(epoll, EPOLL_CTL_ADD, fd, event) < 0) {
                throw new IOException("a socket cannot be watched");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int ready(int epoll, long events, int capacity, int timeoutMs) {
        try {
            return (int) EPOLL_WAIT.invokeExact(epoll, events, capacity, timeoutMs);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(fd);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** The clock of the kernel's time stamps, in nanoseconds since 1970; {@code timespec} is 16 bytes of memory. */
    static long realtimeNs(MemorySegment timespec) {
        try {
            int _ = (int) CLOCK_GETTIME.invokeExact(CLOCK_REALTIME, timespec.address());
        } catch (Throwable e) {
            throw failed(e);
        }
        return timespec.get(JAVA_LONG, 0) * 1_000_000_000 + timespec.get(JAVA_LONG, 8);
    }

    /** Lets this thread's waits end on time instead of up to 50 µs late. */
    static void preciseTimeouts() {
        try {
            int _ = (int) PRCTL.invokeExact(PR_SET_TIMERSLACK, 1L);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static RuntimeException failed(Throwable thrown) {
        throw new AssertionError("a foreign call throws nothing", thrown);
    }
}
