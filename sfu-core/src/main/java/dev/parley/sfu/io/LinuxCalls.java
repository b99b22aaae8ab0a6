package dev.parley.sfu.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;

/**
 * Linux called through {@code java.lang.foreign}: pointers are plain longs, results the kernel's, errors negated. Owned
 * by the port's thread, as the memory for errno is; {@link #wake} is for any thread.
 *
 * <p>No call is critical: a send on a loopback or virtual device runs the receiving side too, which is far too long to
 * hold up a safepoint, and a transition costs some nanoseconds a batch. Reading the clock is the exception.
 *
 * <p>What runs in every turn is called bare, without errno: the linker makes an object of its memory in each call, which
 * the compiler only mostly does away with. A call that failed has done nothing and is made again to learn why.
 */
@SuppressWarnings("restricted") // Native access is what this class is for; see --enable-native-access.
final class LinuxCalls implements DatagramCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RECVMMSG = call("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle RECVMMSG_BARE =
            bareCall("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG = call("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle SENDMMSG_BARE = bareCall("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", JAVA_INT);
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT = call("epoll_wait", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle PPOLL_BARE = bareCall("ppoll", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD_READ = bareCall("eventfd_read", JAVA_INT, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);
    private static final MethodHandle EVENTFD_WRITE = bareCall("eventfd_write", JAVA_INT, JAVA_LONG);
    private static final MethodHandle PRCTL = LINKER.downcallHandle(
            symbol("prctl"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle SCHED_SETSCHEDULER =
            bareCall("sched_setscheduler", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CLOCK_GETTIME = LINKER.downcallHandle(
            symbol("clock_gettime"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.critical(false));

    private final MemorySegment state;
    /** For small arguments by pointer: an int, a length, an address, a timespec. */
    private final MemorySegment scratch;

    private final long scratchAddress;
    private static final int SCRATCH_BYTES = 64;
    private static final int SCRATCH_TIMESPEC = 32;
    private static final int SCRATCH_POLLFD = 48;

    /** Takes its memory from {@code arena}. */
    LinuxCalls(Arena arena) {
        state = arena.allocate(Linker.Option.captureStateLayout());
        scratch = arena.allocate(SCRATCH_BYTES, 8);
        scratchAddress = scratch.address();
    }

    // --- sockets ---------------------------------------------------------------------------------------------------

    int socket(int family, int type) {
        try {
            return result((int) SOCKET.invokeExact(state, family, type, 0));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    int bind(int fd, long address, int addressBytes) {
        try {
            return result((int) BIND.invokeExact(state, fd, address, addressBytes));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Writes the address that a socket is bound to. */
    int boundAddress(int fd, long address, int capacityBytes) {
        scratch.set(LinuxAbi.U32, 0, capacityBytes);
        try {
            return result((int) GETSOCKNAME.invokeExact(state, fd, address, scratchAddress));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    int setOption(int fd, int level, int option, int value) {
        scratch.set(LinuxAbi.U32, 0, value);
        try {
            return result((int) SETSOCKOPT.invokeExact(state, fd, level, option, scratchAddress, Integer.BYTES));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    int option(int fd, int level, int option) {
        scratch.set(LinuxAbi.U32, 8, Integer.BYTES);
        int status;
        try {
            status = result((int) GETSOCKOPT.invokeExact(state, fd, level, option, scratchAddress, scratchAddress + 8));
        } catch (Throwable e) {
            throw failed(e);
        }
        return status < 0 ? status : scratch.get(LinuxAbi.U32, 0);
    }

    int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    // --- datagrams -------------------------------------------------------------------------------------------------

    @Override
    public int receive(int fd, long messages, int count) {
        try {
            int received = (int) RECVMMSG_BARE.invokeExact(fd, messages, count, LinuxAbi.MSG_DONTWAIT, 0L);
            if (received >= 0) {
                return received;
            }
            return result((int) RECVMMSG.invokeExact(state, fd, messages, count, LinuxAbi.MSG_DONTWAIT, 0L));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public int send(int fd, long messages, int count) {
        try {
            int sent = (int) SENDMMSG_BARE.invokeExact(fd, messages, count, LinuxAbi.MSG_DONTWAIT);
            if (sent >= 0) {
                return sent;
            }
            return result((int) SENDMMSG.invokeExact(state, fd, messages, count, LinuxAbi.MSG_DONTWAIT));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public void awaitWritable(int fd, long timeoutNs) {
        scratch.set(LinuxAbi.U32, SCRATCH_POLLFD + LinuxAbi.POLLFD_FD, fd);
        scratch.set(LinuxAbi.U16, SCRATCH_POLLFD + LinuxAbi.POLLFD_EVENTS, LinuxAbi.POLLOUT);
        poll(scratchAddress + SCRATCH_POLLFD, 1, timeoutNs);
    }

    @Override
    public boolean segments(int fd) {
        return option(fd, LinuxAbi.SOL_UDP, LinuxAbi.UDP_SEGMENT) >= 0;
    }

    // --- waiting ---------------------------------------------------------------------------------------------------

    /** Waits for pollfd structures; how many are ready, 0 when the time is up, negative if a signal ended it. */
    int poll(long descriptors, int count, long timeoutNs) {
        long timeout = timespec(timeoutNs);
        try {
            return (int) PPOLL_BARE.invokeExact(descriptors, (long) count, timeout, 0L);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    int newEpoll() {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(state, LinuxAbi.EPOLL_CLOEXEC));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    int addToEpoll(int epoll, int fd, int events) {
        scratch.set(LinuxAbi.U32, 0, events);
        try {
            return result((int) EPOLL_CTL.invokeExact(state, epoll, LinuxAbi.EPOLL_CTL_ADD, fd, scratchAddress));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Takes the events there are, without waiting. */
    int takeEvents(int epoll, long events, int capacity) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(state, epoll, events, capacity, 0));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    int newEvent() {
        try {
            return result((int) EVENTFD.invokeExact(state, 0, LinuxAbi.EFD_CLOEXEC | LinuxAbi.EFD_NONBLOCK));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Takes back what {@link #wake} has put in. */
    void clearEvent(int event) {
        try {
            int _ = (int) EVENTFD_READ.invokeExact(event, scratchAddress);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Makes an eventfd readable. Any thread. */
    static void wake(int event) {
        try {
            int _ = (int) EVENTFD_WRITE.invokeExact(event, 1L);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    // --- time ------------------------------------------------------------------------------------------------------

    /** The clock of the kernel's time stamps, in nanoseconds since 1970. */
    long realtimeNs() {
        try {
            int _ = (int) CLOCK_GETTIME.invokeExact(LinuxAbi.CLOCK_REALTIME, scratchAddress + SCRATCH_TIMESPEC);
        } catch (Throwable e) {
            throw failed(e);
        }
        return scratch.get(LinuxAbi.U64, SCRATCH_TIMESPEC) * 1_000_000_000
                + scratch.get(LinuxAbi.U64, SCRATCH_TIMESPEC + 8);
    }

    /** Lets this thread's time-outs be exact instead of up to 50 µs late, which is the default. */
    static void preciseTimeouts() {
        try {
            int _ = (int) PRCTL.invokeExact(LinuxAbi.PR_SET_TIMERSLACK, 1L);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    // --- this thread -----------------------------------------------------------------------------------------------

    /** Gives this thread a scheduling policy; false if it may not have it. */
    static boolean schedule(int policy, int priority) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocate(JAVA_INT);
            parameters.set(JAVA_INT, 0, priority);
            return (int) SCHED_SETSCHEDULER.invokeExact(0, policy, parameters.address()) == 0;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    // --- how -------------------------------------------------------------------------------------------------------

    private long timespec(long ns) {
        long wait = Math.max(ns, 0);
        scratch.set(LinuxAbi.U64, SCRATCH_TIMESPEC, wait / 1_000_000_000);
        scratch.set(LinuxAbi.U64, SCRATCH_TIMESPEC + 8, wait % 1_000_000_000);
        return scratchAddress + SCRATCH_TIMESPEC;
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -state.get(JAVA_INT, ERRNO_OFFSET);
    }

    /** A function that returns an int and sets errno. */
    private static MethodHandle call(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
    }

    /** The same without errno: -1 tells no more than that it failed. */
    private static MethodHandle bareCall(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow(() -> new NoSuchElementException("libc has no " + name));
    }

    private static RuntimeException failed(Throwable thrown) {
        throw new AssertionError("a foreign call throws nothing", thrown);
    }
}
