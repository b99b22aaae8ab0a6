package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.stats.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One accepted ICE-TCP connection (RFC 6544, passive side). Owned by the port's thread. */
final class TcpConnection extends ChannelInboundHandlerAdapter implements Rfc4571Deframer.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);
    private static final int STUN_HEADER_BYTES = 20;
    private static final int STUN_MAGIC_COOKIE = 0x2112_A442;

    private final TcpConnections owner;
    private final SocketChannel channel;
    private final TransportAddress remote;
    private final Rfc4571Deframer deframer;
    private final long openedNs;
    private boolean deliveredFirst;
    private boolean kept;
    private boolean unflushed;
    private boolean closed;
    private boolean stuck;
    private long stuckSinceNs;

    TcpConnection(
            TcpConnections owner,
            SocketChannel channel,
            TransportAddress remote,
            Rfc4571Deframer deframer,
            long openedNs) {
        this.owner = owner;
        this.channel = channel;
        this.remote = remote;
        this.deframer = deframer;
        this.openedNs = openedNs;
    }

    TransportAddress remote() {
        return remote;
    }

    /** Whether a packet from it has reached the handler, which therefore knows of it. */
    boolean deliveredFirst() {
        return deliveredFirst;
    }

    void keep() {
        kept = true;
    }

    /** Queues a framed copy; false if the other end does not read fast enough. */
    @SuppressWarnings("FutureReturnValueIgnored") // A void promise: failures come to exceptionCaught.
    boolean send(PacketBuffer packet) {
        if (!channel.isWritable()) {
            flush();
            if (!channel.isWritable()) {
                if (!stuck) {
                    stuck = true;
                    stuckSinceNs = System.nanoTime();
                }
                return false;
            }
        }
        int length = packet.length();
        ByteBuf frame = channel.alloc().directBuffer(2 + length);
        frame.writeShort(length).writeBytes(packet.nio(0, length));
        channel.write(frame, channel.voidPromise());
        unflushed = true;
        return true;
    }

    /** Whether packets were queued since the last flush. */
    boolean isUnflushed() {
        return unflushed;
    }

    void flush() {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /** Whether a time limit has passed. */
    boolean isOverdue(long nowNs, TcpLimits limits) {
        long ageNs = nowNs - openedNs;
        return !deliveredFirst && ageNs > limits.firstFrame().toNanos()
                || !kept && ageNs > limits.unverified().toNanos()
                || stuck && nowNs - stuckSinceNs > limits.stuck().toNanos();
    }

    /** Ends the connection; to be called by its owner, once. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for it to be closed.
    void end() {
        closed = true;
        deframer.close();
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!closed && !deframer.feed(bytes.nioBuffer(), this)) {
                malformed();
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void onFrame(PacketBuffer frame) {
        if (!deliveredFirst && !isStun(frame)) {
            frame.release();
            malformed();
            return;
        }
        deliveredFirst = true;
        owner.delivery().deliver(frame, remote);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        owner.delivery().endBatch();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            stuck = false;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("event=tcp-handler-failure", cause);
        }
        ended();
    }

    private void malformed() {
        owner.drops().count(DropReason.TCP_FRAME_MALFORMED);
        ended();
    }

    private void ended() {
        if (!closed) {
            owner.closeAndTell(this);
        }
    }

    /** RFC 7983 §7 and RFC 8489 §5: two zero bits, and the cookie. */
    private static boolean isStun(PacketBuffer frame) {
        return frame.length() >= STUN_HEADER_BYTES && frame.u8(0) < 4 && frame.i32(4) == STUN_MAGIC_COOKIE;
    }
}
