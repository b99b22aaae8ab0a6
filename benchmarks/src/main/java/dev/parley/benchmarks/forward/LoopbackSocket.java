package dev.parley.benchmarks.forward;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * A UDP socket on 127.0.0.1, non-blocking, with the options that Java's own sockets do not offer: GSO, so that a frame
 * arrives in one piece, and GRO, so that the kernel need not cut up for a receiver what it is to drop. Linux only; one
 * thread at a time.
 */
public final class LoopbackSocket implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt ADDRESS = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle SOCKET = function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SOCKET_NAME =
            function("getsockname", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle SET_OPTION =
            function("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SEND_TO = function(
            "sendto", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle RECEIVE =
            function("recv", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 2048 | 524_288;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;
    private static final int SOCKADDR_BYTES = 16;
    private static final int LOOPBACK = 0x7F00_0001;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment address = arena.allocate(SOCKADDR_BYTES, 8);
    private final MemorySegment option = arena.allocate(INT);
    private final int descriptor;
    private final int port;

    private LoopbackSocket() throws IOException {
        descriptor = (int) call(() -> (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
        if (descriptor < 0) {
            throw new IOException("cannot open a socket");
        }
        to(0);
        check(call(() -> (int) BIND.invokeExact(descriptor, address, SOCKADDR_BYTES)), "bind");
        option.set(INT, 0, SOCKADDR_BYTES);
        check(call(() -> (int) SOCKET_NAME.invokeExact(descriptor, address, option)), "getsockname");
        port = address.get(PORT, 2) & 0xFFFF;
    }

    /** A socket that sends frames cut into segments by the kernel. */
    static LoopbackSocket sender() throws IOException {
        LoopbackSocket socket = new LoopbackSocket();
        socket.option(SOL_SOCKET, SO_SNDBUF, 4 << 20);
        return socket;
    }

    /** A socket whose buffer is full after one datagram: what comes then is dropped as early as the kernel can. */
    public static LoopbackSocket receiver() throws IOException {
        LoopbackSocket socket = new LoopbackSocket();
        socket.option(SOL_SOCKET, SO_RCVBUF, 1);
        socket.option(IPPROTO_UDP, UDP_GRO, 1);
        return socket;
    }

    int port() {
        return port;
    }

    /** Cuts what is sent from now on into datagrams of so many bytes; false where the kernel cannot. */
    public boolean segmentBytes(int bytes) {
        return option(IPPROTO_UDP, UDP_SEGMENT, bytes);
    }

    private boolean option(int level, int name, int value) {
        option.set(INT, 0, value);
        return call(() -> (int) SET_OPTION.invokeExact(descriptor, level, name, option, 4)) == 0;
    }

    /** Whether all of it has been taken. */
    public boolean send(MemorySegment data, long bytes, int toPort) {
        to(toPort);
        return call(() -> (long) SEND_TO.invokeExact(descriptor, data, bytes, 0, address, SOCKADDR_BYTES)) == bytes;
    }

    /** The length of the next datagram, or -1 when there is none. */
    int receive(MemorySegment into) {
        return (int) call(() -> (long) RECEIVE.invokeExact(descriptor, into, into.byteSize(), 0));
    }

    private void to(int toPort) {
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        address.set(PORT, 2, (short) toPort);
        address.set(ADDRESS, 4, LOOPBACK);
    }

    @Override
    public void close() {
        call(() -> (int) CLOSE.invokeExact(descriptor));
        arena.close();
    }

    private static void check(long result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + " has failed on 127.0.0.1");
        }
    }

    @SuppressWarnings("restricted") // Native access is what this class is for.
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    private interface Call {
        @SuppressWarnings("IllegalThrows") // As declared by MethodHandle.invokeExact.
        long run() throws Throwable;
    }

    @SuppressWarnings("IllegalCatch")
    private static long call(Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
