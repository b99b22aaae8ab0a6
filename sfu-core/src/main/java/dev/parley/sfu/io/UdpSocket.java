package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.ice.TransportAddress;
import dev.parley.sfu.ice.TransportAddress.Transport;
import dev.parley.sfu.stats.DropCounters;
import dev.parley.sfu.stats.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bound UDP socket of a port, on Netty. Owned by the port's thread. */
final class UdpSocket extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(UdpSocket.class);
    /** Packets queued before they go to the kernel unasked: what one sendmmsg takes at most is 1,024. */
    private static final int FLUSH_EVERY = 128;

    private final BindPlan.Bind bind;
    private final DatagramChannel channel;
    private final AddressCache<NettyRoute> addresses;
    private final PacketDelivery delivery;
    private final DropCounters drops;
    private int queued;

    UdpSocket(
            BindPlan.Bind bind,
            DatagramChannel channel,
            AddressCache<NettyRoute> addresses,
            PacketDelivery delivery,
            DropCounters drops) {
        this.bind = bind;
        this.channel = channel;
        this.addresses = addresses;
        this.delivery = delivery;
        this.drops = drops;
    }

    BindPlan.Bind bind() {
        return bind;
    }

    DatagramChannel channel() {
        return channel;
    }

    /** Queues a copy; false if the kernel's buffer and ours are full, which is counted. */
    @SuppressWarnings("FutureReturnValueIgnored") // A void promise: failures come to exceptionCaught.
    boolean send(PacketBuffer packet, InetSocketAddress remote) {
        if (!channel.isWritable()) {
            flush();
            if (!channel.isWritable()) {
                drops.count(DropReason.SEND_FAILED);
                return false;
            }
        }
        ByteBuf copy = channel.alloc().directBuffer(packet.length());
        copy.writeBytes(packet.nio(0, packet.length()));
        channel.write(new DatagramPacket(copy, remote), channel.voidPromise());
        if (++queued >= FLUSH_EVERY) {
            flush();
        }
        return true;
    }

    void flush() {
        if (queued > 0) {
            queued = 0;
            channel.flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        try {
            receive(datagram.content(), datagram.sender());
        } finally {
            datagram.release();
        }
    }

    private void receive(ByteBuf content, InetSocketAddress sender) {
        int length = content.readableBytes();
        if (length > PacketPool.PACKET_CAPACITY) {
            drops.count(DropReason.OVERSIZED);
            return;
        }
        if (length == 0) {
            drops.count(DropReason.UNKNOWN_PROTOCOL);
            return;
        }
        PacketBuffer packet = delivery.acquire();
        if (packet == null) {
            return;
        }
        content.getBytes(content.readerIndex(), packet.nio(0, length));
        packet.length(length);
        delivery.deliver(packet, arrived(sender));
    }

    /** The canonical address of a sender, whose way back is from now on this socket. */
    TransportAddress arrived(InetSocketAddress from) {
        TransportAddress key =
                TransportAddress.of(Transport.UDP, from.getAddress().getAddress(), from.getPort());
        NettyRoute route = addresses.find(key);
        if (route == null) {
            route = new NettyRoute(key, from, this);
            addresses.put(route);
        }
        route.socket(this);
        return route.remote();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        delivery.endBatch();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // ENOBUFS, or an ICMP error for a peer that has gone: the socket goes on serving the others.
            drops.count(DropReason.SEND_FAILED);
            LOG.debug("event=udp-error", cause);
        } else {
            LOG.error("event=udp-handler-failure", cause);
        }
    }
}
