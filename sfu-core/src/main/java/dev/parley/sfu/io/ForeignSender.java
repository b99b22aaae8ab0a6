package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending half of one socket of the foreign layer: gathers packets into runs, which the kernel takes as one message
 * each and cuts up as late as it can (UDP_SEGMENT). Owned by the port's thread.
 *
 * <p>A packet is retained from {@link #send} until it is flushed, and read by the kernel where it lies.
 */
final class ForeignSender {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignSender.class);

    /** Packets queued at most, so that what was encrypted is still in the cache when the kernel copies it (measured). */
    static final int MAX_QUEUED = 128;
    /** Bytes of a run at most: with its headers it must fit into one IPv4 packet (RFC 791 §3.1), whole as it is. */
    private static final int MAX_RUN_BYTES = 65_000;
    /** How long a flush may wait for room in the socket's buffer. */
    private static final long MAX_RETRY_NS = 1_000_000;

    private static final long MIN_RETRY_NS = 50_000;

    private final DatagramCalls calls;
    private final int fd;
    private final SendBatch batch;
    private final DropCounters drops;
    private final PortCounters counters;
    private final int maxQueued;
    private final int maxRun;
    private final @Nullable PacketBuffer[] packets;
    private final @Nullable ForeignRoute[] routes;
    /** The packet that each message begins with. */
    private final int[] firstPacket;

    private int queued;
    private long queuedBytes;
    private int messages;
    /** The run being gathered, if its route is not null. */
    private @Nullable ForeignRoute runRoute;

    private int runSegmentBytes;
    private int runBytes;
    private int runLimit;
    private long retryNs;
    private boolean refusalLogged;

    /**
     * Makes a sender.
     *
     * @param maxQueued packets to hold before they are flushed unasked, at most {@link #MAX_QUEUED}
     */
    ForeignSender(
            DatagramCalls calls,
            ForeignSocket socket,
            int maxQueued,
            DropCounters drops,
            PortCounters counters,
            Arena arena) {
        this.calls = calls;
        this.fd = socket.fd();
        this.maxQueued = Math.clamp(maxQueued, 1, MAX_QUEUED);
        this.batch = new SendBatch(socket, this.maxQueued, arena);
        this.drops = drops;
        this.counters = counters;
        this.packets = new @Nullable PacketBuffer[this.maxQueued];
        this.routes = new @Nullable ForeignRoute[this.maxQueued];
        this.firstPacket = new int[this.maxQueued + 1];
        boolean segments = calls.segments(fd);
        if (!segments) {
            LOG.info("event=no-segmentation-offload reason=\"the kernel does not know UDP_SEGMENT\"");
        }
        this.maxRun = segments ? SendRuns.MAX_LENGTH : 1;
    }

    /** Queues a packet, and flushes if that makes many. */
    void send(PacketBuffer packet, ForeignRoute route) {
        int bytes = packet.length();
        if (route != runRoute || bytes > runSegmentBytes || queued == runLimit || runBytes + bytes > MAX_RUN_BYTES) {
            beginRun(route, bytes);
        }
        batch.part(queued, packet.address(), bytes);
        packets[queued++] = packet.retain();
        runBytes += bytes;
        queuedBytes += bytes;
        if (bytes < runSegmentBytes) {
            runLimit = queued; // Only the last datagram of a run may be shorter.
        }
        if (queued == maxQueued) {
            flush();
        }
    }

    private void beginRun(ForeignRoute route, int segmentBytes) {
        endRun();
        runRoute = route;
        runSegmentBytes = segmentBytes;
        runBytes = 0;
        runLimit = queued + (route.refusesSegments() ? 1 : maxRun);
        firstPacket[messages] = queued;
        routes[messages] = route;
    }

    private void endRun() {
        ForeignRoute route = runRoute;
        if (route != null) {
            int first = firstPacket[messages];
            batch.message(messages, route, first, queued - first, runSegmentBytes);
            firstPacket[++messages] = queued;
            runRoute = null;
        }
    }

    /** Hands everything queued to the kernel. */
    void flush() {
        if (queued == 0) {
            return;
        }
        endRun();
        counters.packetsOut().add(queued);
        counters.bytesOut().add(queuedBytes);
        retryNs = MAX_RETRY_NS;
        int next = 0;
        while (next < messages) {
            int sent = calls.send(fd, batch.address(next), messages - next);
            if (sent > 0) {
                countRuns(next, next + sent);
                next += sent;
            } else if (!retry(-sent)) {
                failed(next, -sent);
                next++;
            }
        }
        release();
    }

    private void countRuns(int from, int to) {
        for (int message = from; message < to; message++) {
            counters.runs().add(length(message));
        }
    }

    private int length(int message) {
        return firstPacket[message + 1] - firstPacket[message];
    }

    // --- errors ----------------------------------------------------------------------------------------------------

    /** Whether the same may go through if tried again. */
    private boolean retry(int error) {
        if (error != LinuxAbi.EAGAIN) {
            return error == LinuxAbi.EINTR;
        }
        counters.sendErrors().again().increment();
        if (retryNs <= 0) {
            return false;
        }
        long startNs = System.nanoTime();
        calls.awaitWritable(fd, retryNs);
        retryNs -= Math.max(System.nanoTime() - startNs, MIN_RETRY_NS);
        return true;
    }

    private void failed(int message, int error) {
        if (length(message) > 1 && isRefusedSegmentation(error)) {
            sendSingly(message, error);
        } else {
            drop(length(message), error);
        }
    }

    private void drop(int datagrams, int error) {
        if (error == LinuxAbi.ENOBUFS) {
            counters.sendErrors().noBuffers().increment();
        } else if (error != LinuxAbi.EAGAIN) {
            counters.sendErrors().others().increment();
        }
        for (int i = 0; i < datagrams; i++) {
            drops.count(DropReason.SEND_FAILED);
        }
    }

    /**
     * EIO: the device does not compute checksums. EINVAL or EMSGSIZE: a segment does not fit the path's MTU. EOPNOTSUPP:
     * a tunnel. They may also mean that nothing can be sent at all, which the single packets show.
     */
    private static boolean isRefusedSegmentation(int error) {
        return error == LinuxAbi.EIO
                || error == LinuxAbi.EINVAL
                || error == LinuxAbi.EMSGSIZE
                || error == LinuxAbi.EOPNOTSUPP;
    }

    /** Sends a run as packets of their own, in the place of its message; if that works, so will it from now on. */
    private void sendSingly(int message, int runError) {
        ForeignRoute route = routes[message];
        if (route == null) {
            return;
        }
        boolean anySent = false;
        for (int packet = firstPacket[message]; packet < firstPacket[message + 1]; packet++) {
            batch.message(message, route, packet, 1, 0);
            int sent = calls.send(fd, batch.address(message), 1);
            while (sent < 0 && retry(-sent)) {
                sent = calls.send(fd, batch.address(message), 1);
            }
            if (sent > 0) {
                anySent = true;
                counters.runs().add(1);
            } else {
                drop(1, -sent);
            }
        }
        if (anySent) {
            counters.sendErrors().segmentationRefused().increment();
            route.refuseSegments();
            logRefusal(runError);
        }
    }

    private void logRefusal(int error) {
        if (!refusalLogged) {
            refusalLogged = true;
            LOG.info(
                    "event=segmentation-refused errno={} effect=\"packets to such receivers go one by one, at a higher"
                            + " cost\"",
                    error);
        }
    }

    // --- ends ------------------------------------------------------------------------------------------------------

    /** Forgets what is queued, without sending it. */
    void release() {
        for (int i = 0; i < queued; i++) {
            PacketBuffer packet = packets[i];
            packets[i] = null;
            if (packet != null) {
                packet.release();
            }
        }
        queued = 0;
        queuedBytes = 0;
        messages = 0;
        runRoute = null;
        runLimit = 0;
    }
}
