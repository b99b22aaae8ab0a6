package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of many connections, read and written in batches by the one thread that owns them, without garbage. IPv4.
 *
 * <p>The kernel stamps each datagram's arrival, so that it does not matter to what is measured when it is read.
 */
final class BotSockets implements AutoCloseable {
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt ADDRESS = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final int RECEIVE_BATCH = 16;
    /** The longest run that GRO makes of datagrams. */
    private static final int RUN_BYTES = 65_536;

    private static final int SEND_BATCH = 64;
    private static final int MESSAGE_BYTES = 64;
    private static final int IOVEC_BYTES = 16;
    private static final int ADDRESS_BYTES = 16;
    private static final int CONTROL_BYTES = 128;
    /** struct epoll_event is packed on x86 alone. */
    private static final int EVENT_BYTES = System.getProperty("os.arch").equals("amd64") ? 12 : 16;

    private static final int EVENTS = 1_024;
    private static final int BUFFER_BYTES = 2 << 20;

    private final Arena arena = Arena.ofShared();
    private final PacketPool pool;
    private final int epoll;
    private final int localAddress;
    private final List<@Nullable BotSocket> sockets = new ArrayList<>();
    private final MemorySegment events = arena.allocate((long) EVENTS * EVENT_BYTES, 8);
    private final MemorySegment scratch = arena.allocate(64, 8);
    private final MemorySegment timespec = arena.allocate(16, 8);

    private final MemorySegment receiveMessages = arena.allocate((long) RECEIVE_BATCH * MESSAGE_BYTES, 64);
    private final MemorySegment receiveVectors = arena.allocate((long) RECEIVE_BATCH * IOVEC_BYTES, 8);
    private final MemorySegment receiveAddresses = arena.allocate((long) RECEIVE_BATCH * ADDRESS_BYTES, 8);
    private final MemorySegment receiveControl = arena.allocate((long) RECEIVE_BATCH * CONTROL_BYTES, 8);
    private final MemorySegment receiveData = arena.allocate((long) RECEIVE_BATCH * RUN_BYTES, 64);

    private final MemorySegment sendMessages = arena.allocate((long) SEND_BATCH * MESSAGE_BYTES, 64);
    private final MemorySegment sendVectors = arena.allocate((long) SEND_BATCH * IOVEC_BYTES, 8);
    private final MemorySegment sendAddress = arena.allocate(ADDRESS_BYTES, 8);
    private final @Nullable PacketBuffer[] queue = new @Nullable PacketBuffer[SEND_BATCH];
    private int queued;

    private final PacketBuffer received;
    private long sendFailures;
    private int delivered;
    // Of the control messages of the datagram being read.
    private int segmentBytes;
    private long arrivalNs;
    private long overflow;

    BotSockets(String localAddress, PacketPool pool) throws IOException {
        this.pool = pool;
        this.localAddress = bits(localAddress);
        this.received = Objects.requireNonNull(pool.acquire());
        this.epoll = Linux.newEpoll();
        for (int i = 0; i < RECEIVE_BATCH; i++) {
            prepareReceive(i);
        }
        for (int i = 0; i < SEND_BATCH; i++) {
            long message = (long) i * MESSAGE_BYTES;
            sendMessages.set(LONG, message, sendAddress.address());
            sendMessages.set(INT, message + 8, ADDRESS_BYTES);
            sendMessages.set(LONG, message + 16, sendVectors.address() + (long) i * IOVEC_BYTES);
            sendMessages.set(LONG, message + 24, 1);
        }
    }

    private void prepareReceive(int i) {
        long vector = (long) i * IOVEC_BYTES;
        receiveVectors.set(LONG, vector, receiveData.address() + (long) i * RUN_BYTES);
        receiveVectors.set(LONG, vector + 8, RUN_BYTES);
        long message = (long) i * MESSAGE_BYTES;
        receiveMessages.set(LONG, message, receiveAddresses.address() + (long) i * ADDRESS_BYTES);
        receiveMessages.set(LONG, message + 16, receiveVectors.address() + vector);
        receiveMessages.set(LONG, message + 24, 1);
        receiveMessages.set(LONG, message + 32, receiveControl.address() + (long) i * CONTROL_BYTES);
    }

    /** The 32 bits of a dotted quad. */
    static int bits(String address) throws IOException {
        byte[] octets = InetAddress.ofLiteral(address).getAddress();
        if (octets.length != 4) {
            throw new IOException("bots have IPv4 addresses only, not " + address);
        }
        return octets[0] << 24 | (octets[1] & 0xFF) << 16 | (octets[2] & 0xFF) << 8 | octets[3] & 0xFF;
    }

    /** A new socket on a port of its own. */
    BotSocket open(DatagramSink sink) throws IOException {
        int fd = Linux.newSocket();
        address(scratch, localAddress, 0);
        if (Linux.bind(fd, scratch.address(), ADDRESS_BYTES) < 0) {
            Linux.close(fd);
            throw new IOException("the bots' address cannot be bound");
        }
        buffer(fd, Linux.SO_RCVBUFFORCE, Linux.SO_RCVBUF);
        buffer(fd, Linux.SO_SNDBUFFORCE, Linux.SO_SNDBUF);
        Linux.option(fd, Linux.SOL_SOCKET, Linux.SO_RXQ_OVFL, 1);
        Linux.option(fd, Linux.SOL_UDP, Linux.UDP_GRO, 1);
        if (!Linux.option(fd, Linux.SOL_SOCKET, Linux.SO_TIMESTAMPNS, 1)) {
            Linux.close(fd);
            throw new IOException("this kernel stamps no arrival times, without which there is no latency");
        }
        scratch.set(INT, 32, ADDRESS_BYTES);
        Linux.boundAddress(fd, scratch.address(), scratch.address() + 32);
        int port = scratch.get(PORT, 2) & 0xFFFF;
        BotSocket socket = new BotSocket(fd, port, sink);
        scratch.set(INT, 0, Linux.EPOLLIN);
        scratch.set(LONG, EVENT_BYTES - 8, sockets.size());
        Linux.watch(epoll, fd, scratch.address());
        sockets.add(socket);
        return socket;
    }

    private static void buffer(int fd, int forced, int asked) {
        if (!Linux.option(fd, Linux.SOL_SOCKET, forced, BUFFER_BYTES)) {
            Linux.option(fd, Linux.SOL_SOCKET, asked, BUFFER_BYTES);
        }
    }

    void close(BotSocket socket) {
        int index = sockets.indexOf(socket);
        if (index >= 0) {
            sockets.set(index, null);
            Linux.close(socket.fd());
        }
    }

    private static void address(MemorySegment target, int bits, int port) {
        target.set(ValueLayout.JAVA_SHORT, 0, (short) Linux.AF_INET);
        target.set(PORT, 2, (short) port);
        target.set(ADDRESS, 4, bits);
        target.set(LONG, 8, 0);
    }

    /** The clock of arrival times, in nanoseconds since 1970. */
    long epochNs() {
        return Linux.realtimeNs(timespec);
    }

    // --- receiving -------------------------------------------------------------------------------------------------

    /**
     * Delivers what has come to at most {@value #EVENTS} sockets; the others' turn is next.
     *
     * @return how many datagrams that was
     */
    int poll() {
        delivered = 0;
        int ready = Linux.ready(epoll, events.address(), EVENTS, 0);
        for (int i = 0; i < ready; i++) {
            int index = (int) events.get(LONG, (long) i * EVENT_BYTES + EVENT_BYTES - 8);
            BotSocket socket = sockets.get(index);
            if (socket != null) {
                read(socket);
            }
        }
        return delivered;
    }

    private void read(BotSocket socket) {
        int count;
        do {
            for (int i = 0; i < RECEIVE_BATCH; i++) {
                long message = (long) i * MESSAGE_BYTES;
                receiveMessages.set(INT, message + 8, ADDRESS_BYTES);
                receiveMessages.set(LONG, message + 40, CONTROL_BYTES);
            }
            count = Linux.receive(socket.fd(), receiveMessages.address(), RECEIVE_BATCH);
            for (int i = 0; i < count; i++) {
                deliver(socket, i);
            }
        } while (count == RECEIVE_BATCH);
    }

    private void deliver(BotSocket socket, int i) {
        long message = (long) i * MESSAGE_BYTES;
        int length = receiveMessages.get(INT, message + 56);
        readControl((long) i * CONTROL_BYTES, (int) receiveMessages.get(LONG, message + 40));
        int address = receiveAddresses.get(ADDRESS, (long) i * ADDRESS_BYTES + 4);
        int port = receiveAddresses.get(PORT, (long) i * ADDRESS_BYTES + 2) & 0xFFFF;
        if (overflow > 0) {
            socket.sink().onOverflow(overflow);
        }
        int step = segmentBytes == 0 ? length : segmentBytes;
        long data = (long) i * RUN_BYTES;
        for (int at = 0; at < length; at += step) {
            int bytes = Math.min(step, length - at);
            if (bytes <= received.capacity()) {
                received.length(bytes);
                received.copyFrom(0, receiveData, data + at, bytes);
                received.receivedNs(arrivalNs);
                delivered++;
                socket.sink().onDatagram(received, address, port, arrivalNs);
            }
        }
    }

    /** struct cmsghdr: length, level, type, data; each on eight bytes. */
    private void readControl(long start, int length) {
        segmentBytes = 0;
        overflow = 0;
        arrivalNs = 0;
        int at = 0;
        while (at + 16 <= length) {
            long header = start + at;
            int bytes = (int) receiveControl.get(LONG, header);
            int level = receiveControl.get(INT, header + 8);
            int type = receiveControl.get(INT, header + 12);
            if (level == Linux.SOL_SOCKET && type == Linux.SO_TIMESTAMPNS) {
                arrivalNs =
                        receiveControl.get(LONG, header + 16) * 1_000_000_000 + receiveControl.get(LONG, header + 24);
            } else if (level == Linux.SOL_SOCKET && type == Linux.SO_RXQ_OVFL) {
                overflow = receiveControl.get(INT, header + 16) & 0xFFFF_FFFFL;
            } else if (level == Linux.SOL_UDP && type == Linux.UDP_GRO) {
                segmentBytes = receiveControl.get(INT, header + 16);
            }
            if (bytes < 16) {
                return;
            }
            at += bytes + 7 & ~7;
        }
    }

    // --- sending ---------------------------------------------------------------------------------------------------

    /** An empty packet to be sent; null when too many are under way. */
    @Nullable
    PacketBuffer acquire() {
        return pool.acquire();
    }

    /** Queues a packet, which is this class's from now on; {@link #flush} must come before another socket's. */
    void queue(BotSocket socket, PacketBuffer packet, int address, int port) {
        queue[queued] = packet;
        sendVectors.set(LONG, (long) queued * IOVEC_BYTES, packet.address());
        sendVectors.set(LONG, (long) queued * IOVEC_BYTES + 8, packet.length());
        if (++queued == SEND_BATCH) {
            flush(socket, address, port);
        }
    }

    /** Sends what is queued. What the kernel does not take at once is dropped and counted. */
    void flush(BotSocket socket, int address, int port) {
        if (queued == 0) {
            return;
        }
        address(sendAddress, address, port);
        int sent = 0;
        while (sent < queued) {
            int taken = Linux.send(socket.fd(), sendMessages.address() + (long) sent * MESSAGE_BYTES, queued - sent);
            if (taken <= 0) {
                sendFailures += queued - sent;
                break;
            }
            sent += taken;
        }
        for (int i = 0; i < queued; i++) {
            PacketBuffer packet = queue[i];
            queue[i] = null;
            if (packet != null) {
                packet.release();
            }
        }
        queued = 0;
    }

    /** Packets that the kernel did not take. */
    long sendFailures() {
        return sendFailures;
    }

    @Override
    public void close() {
        for (BotSocket socket : sockets) {
            if (socket != null) {
                Linux.close(socket.fd());
            }
        }
        sockets.clear();
        Linux.close(epoll);
        received.release();
        arena.close();
    }
}
