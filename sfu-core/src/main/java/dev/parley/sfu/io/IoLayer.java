package dev.parley.sfu.io;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropCounters;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to reach the network, the better one first. */
enum IoLayer {
    /** Linux called directly: recvmmsg and sendmmsg with segmentation offload, and the kernel's time stamps. */
    FOREIGN,
    /** Netty's native transport: recvmmsg and sendmmsg on Linux. */
    EPOLL,
    /** The JDK's own channels: a system call a packet, but everywhere. */
    NIO;

    private static final Logger LOG = LoggerFactory.getLogger(IoLayer.class);

    /** A layer, and why it and no other. */
    record Choice(IoLayer layer, String why) {
        UdpPort open(UdpPortConfig config, PacketPool pool, DropCounters drops, DatagramHandler handler)
                throws IOException {
            return switch (layer) {
                case FOREIGN -> ForeignUdpPort.open(this, config, pool, drops, handler);
                case EPOLL -> NettyUdpPort.open(this, NettyTransport.EPOLL, config, pool, drops, handler);
                case NIO -> NettyUdpPort.open(this, NettyTransport.NIO, config, pool, drops, handler);
            };
        }

        /** The one line that tells an operator what carries media. */
        void log(int port) {
            LOG.info("event=port-open port={} io={} why=\"{}\"", port, layer.label(), why);
        }
    }

    /**
     * Finds the layer for a configured value.
     *
     * @throws IOException if the one asked for is not to be had on this machine
     */
    static Choice choose(String requested) throws IOException {
        return choose(requested, IoLayer::fault);
    }

    /** The same for a machine of which {@code faults} tells what does not work on it. */
    static Choice choose(String requested, Function<IoLayer, @Nullable String> faults) throws IOException {
        return switch (requested) {
            case "auto" -> best(faults);
            case "foreign" -> forced(FOREIGN, faults);
            case "epoll" -> forced(EPOLL, faults);
            case "nio" -> forced(NIO, faults);
            default -> throw new IllegalArgumentException("io must be auto, foreign, epoll or nio, got " + requested);
        };
    }

    private static Choice best(Function<IoLayer, @Nullable String> faults) {
        StringBuilder passedOver = new StringBuilder();
        for (IoLayer layer : values()) {
            String fault = faults.apply(layer);
            if (fault == null) {
                return new Choice(layer, passedOver.isEmpty() ? "fastest" : passedOver.toString());
            }
            passedOver.append(passedOver.isEmpty() ? "" : "; ").append("no " + layer.label() + ": " + fault);
        }
        throw new IllegalStateException("the JDK's channels are always there");
    }

    private static Choice forced(IoLayer layer, Function<IoLayer, @Nullable String> faults) throws IOException {
        String fault = faults.apply(layer);
        if (fault != null) {
            throw new IOException("io: " + layer.label() + " is not available here (" + fault + "); set io to auto"
                    + " for the best that is");
        }
        return new Choice(layer, "asked for");
    }

    /** Why the layer cannot be had on this machine, or null if it can. */
    private @Nullable String fault() {
        return switch (this) {
            case FOREIGN -> ForeignSupport.fault();
            case EPOLL -> epollFault();
            case NIO -> null;
        };
    }

    private static @Nullable String epollFault() {
        if (Epoll.isAvailable()) {
            return null;
        }
        Throwable cause = Epoll.unavailabilityCause();
        return cause == null ? "no reason given" : String.valueOf(cause.getMessage());
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
