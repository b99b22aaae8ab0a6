package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
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
 * <p>The kernel reads packets where they lie. Media is written one packet behind the other into this sender's own memory
 * ({@link #place}), so a run of it is one part of its message; any other packet is a part by itself, and is retained from
 * {@link #send} until it is flushed.
 */
final class ForeignSender {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignSender.class);

    /** Packets queued at most, so that what was encrypted is still in the cache when the kernel copies it (measured). */
    static final int MAX_QUEUED = 128;
    /** Memory for media: for as many packets, unless they are larger than any that a browser sends. */
    private static final int PLACED_BYTES = 192 * 1_024;
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
    /** Where the next packet is written: behind those queued. */
    private final PacketBuffer place;

    private int placedBytes;
    /** The size of the datagrams of the run that is being placed. */
    private int placedSize;

    private final @Nullable PacketBuffer[] held;
    private int heldCount;

    private final @Nullable ForeignRoute[] routes;
    /** How many packets there are before each message's, and how many parts. */
    private final int[] firstPacket;

    private final int[] firstPart;
    private final int[] segmentBytes;

    private int queued;
    private long queuedBytes;
    private int parts;
    private int messages;
    /** The run being gathered, if its route is not null. */
    private @Nullable ForeignRoute runRoute;

    private int runSegmentBytes;
    private int runBytes;
    private int runLimit;
    /** Bytes of the run's last part while that can grow, because it ends where the next packet is written; else 0. */
    private int growingBytes;

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
            PacketPool pool,
            DropCounters drops,
            PortCounters counters,
            Arena arena) {
        this.calls = calls;
        this.fd = socket.fd();
        this.maxQueued = Math.clamp(maxQueued, 1, MAX_QUEUED);
        this.batch = new SendBatch(socket, this.maxQueued, arena);
        this.drops = drops;
        this.counters = counters;
        this.place = pool.window(PLACED_BYTES);
        this.held = new @Nullable PacketBuffer[this.maxQueued];
        this.routes = new @Nullable ForeignRoute[this.maxQueued];
        this.firstPacket = new int[this.maxQueued + 1];
        this.firstPart = new int[this.maxQueued + 1];
        this.segmentBytes = new int[this.maxQueued];
        boolean segments = calls.segments(fd);
        if (!segments) {
            LOG.info("event=no-segmentation-offload reason=\"the kernel does not know UDP_SEGMENT\"");
        }
        this.maxRun = segments ? SendRuns.MAX_LENGTH : 1;
    }

    /** Where the next packet may be written before it is sent. */
    PacketBuffer place() {
        if (placedBytes > PLACED_BYTES - PacketPool.PACKET_CAPACITY) {
            flush();
        }
        place.moveTo(placedBytes);
        return place;
    }

    /** Where so many packets of one size may be written before they are sent; {@code null} if that is too much at once. */
    @Nullable
    PacketBuffer placeRun(int packets, int bytes) {
        int most = packets * bytes;
        if (packets > maxQueued || most > PLACED_BYTES - PacketPool.PACKET_CAPACITY) {
            return null;
        }
        if (queued + packets > maxQueued || placedBytes + most > PLACED_BYTES - PacketPool.PACKET_CAPACITY) {
            flush();
        }
        placedSize = bytes;
        place.moveTo(placedBytes);
        return place;
    }

    /** Queues the first {@code packets} of what {@link #placeRun} had room for. */
    void sendPlaced(int packets, ForeignRoute route) {
        int bytes = placedSize;
        int left = packets;
        while (left > 0) {
            if (isNewRun(route, bytes)) {
                beginRun(route, bytes);
            }
            boolean last = bytes < runSegmentBytes;
            int fit = last ? 1 : Math.min(runLimit - queued, (MAX_RUN_BYTES - runBytes) / bytes);
            int count = Math.min(left, fit);
            addPlaced(count * bytes);
            added(count, count * bytes);
            if (last) {
                runLimit = queued;
            }
            left -= count;
        }
        if (queued == maxQueued) {
            flush();
        }
    }

    @SuppressWarnings("ReferenceEquality") // One object for each remote.
    private boolean isNewRun(ForeignRoute route, int bytes) {
        return route != runRoute || bytes > runSegmentBytes || queued == runLimit || runBytes + bytes > MAX_RUN_BYTES;
    }

    private void added(int packets, int bytes) {
        queued += packets;
        runBytes += bytes;
        queuedBytes += bytes;
    }

    /** Queues a packet, and flushes if that makes many. */
    @SuppressWarnings("ReferenceEquality") // The very place that was given.
    void send(PacketBuffer packet, ForeignRoute route) {
        int bytes = packet.length();
        if (isNewRun(route, bytes)) {
            beginRun(route, bytes);
        }
        if (packet == place) {
            addPlaced(bytes);
        } else {
            batch.part(parts++, packet.address(), bytes);
            held[heldCount++] = packet.retain();
            growingBytes = 0;
        }
        added(1, bytes);
        if (bytes < runSegmentBytes) {
            runLimit = queued; // Only the last datagram of a run may be shorter.
        }
        if (queued == maxQueued) {
            flush();
        }
    }

    /** What stands behind what has been added before. */
    private void addPlaced(int bytes) {
        if (growingBytes == 0) {
            place.moveTo(placedBytes);
            batch.part(parts++, place.address(), bytes);
        } else {
            batch.partBytes(parts - 1, growingBytes + bytes);
        }
        growingBytes += bytes;
        placedBytes += bytes;
    }

    private void beginRun(ForeignRoute route, int bytes) {
        endRun();
        runRoute = route;
        runSegmentBytes = bytes;
        runBytes = 0;
        runLimit = queued + (route.refusesSegments() ? 1 : maxRun);
        growingBytes = 0;
        firstPacket[messages] = queued;
        firstPart[messages] = parts;
        segmentBytes[messages] = bytes;
        routes[messages] = route;
    }

    private void endRun() {
        ForeignRoute route = runRoute;
        if (route != null) {
            int first = firstPart[messages];
            boolean single = queued - firstPacket[messages] == 1;
            batch.message(messages, route, first, parts - first, single ? 0 : runSegmentBytes);
            firstPacket[++messages] = queued;
            firstPart[messages] = parts;
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
        for (int part = firstPart[message]; part < firstPart[message + 1]; part++) {
            long end = batch.partAddress(part) + batch.partBytes(part);
            for (long at = batch.partAddress(part); at < end; at += segmentBytes[message]) {
                batch.part(part, at, (int) Math.min(segmentBytes[message], end - at));
                batch.message(message, route, part, 1, 0);
                anySent |= sendSingle(message);
            }
        }
        if (anySent) {
            counters.sendErrors().segmentationRefused().increment();
            route.refuseSegments();
            logRefusal(runError);
        }
    }

    private boolean sendSingle(int message) {
        int sent = calls.send(fd, batch.address(message), 1);
        while (sent < 0 && retry(-sent)) {
            sent = calls.send(fd, batch.address(message), 1);
        }
        if (sent > 0) {
            counters.runs().add(1);
            return true;
        }
        drop(1, -sent);
        return false;
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
        for (int i = 0; i < heldCount; i++) {
            PacketBuffer packet = held[i];
            held[i] = null;
            if (packet != null) {
                packet.release();
            }
        }
        heldCount = 0;
        placedBytes = 0;
        queued = 0;
        parts = 0;
        queuedBytes = 0;
        messages = 0;
        runRoute = null;
        runLimit = 0;
    }
}
