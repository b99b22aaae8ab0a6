package dev.parley.benchmarks.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stands between clients and a server and impairs what passes. Each client gets a socket of its own towards the server, so
 * that the server tells clients apart as it would without. One thread of its own does everything; any thread may close it
 * and read its counters.
 *
 * <p>Clients have to be told this address for the server's, as by {@code announce} of Parley's configuration.
 */
public final class UdpProxy implements AutoCloseable {
    private static final int MAX_DATAGRAM_BYTES = 65_535;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int BATCH = 64;
    private static final long NO_DEADLINE_MS = 1_000;

    private final Impairment impairment;
    private final Selector selector = Selector.open();
    private final List<Listener> listeners = new ArrayList<>();
    private final PriorityQueue<Departure> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Departure::atNs).thenComparingLong(Departure::order));
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    /** Used again: at a hundred thousand packets a second, buffers for each would be most of the work. */
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();

    private final Direction up = new Direction();
    private final Direction down = new Direction();
    private final Thread thread;
    private int flows;
    private long order;
    private volatile boolean closed;

    /** What has happened to packets of one direction. */
    private static final class Direction {
        private final LongAdder received = new LongAdder();
        private final LongAdder lost = new LongAdder();
        private final LongAdder sent = new LongAdder();
        private final LongAdder refused = new LongAdder();

        Count count() {
            return new Count(received.sum(), lost.sum(), sent.sum(), refused.sum());
        }
    }

    /**
     * Packets of one direction.
     *
     * @param lost on purpose
     * @param refused by the kernel, when they were to go on: its buffer was full or the server away
     */
    public record Count(long received, long lost, long sent, long refused) {}

    /** A port that clients send to, and where that leads. */
    private record Listener(DatagramChannel channel, SocketAddress server, Map<SocketAddress, Flow> flows) {}

    /** One client's way to one port of the server. */
    private static final class Flow {
        private final Listener listener;
        private final SocketAddress client;
        private final DatagramChannel towardsServer;
        private final ImpairedLink up;
        private final ImpairedLink down;

        Flow(
                Listener listener,
                SocketAddress client,
                DatagramChannel towardsServer,
                Impairment impairment,
                int number) {
            this.listener = listener;
            this.client = client;
            this.towardsServer = towardsServer;
            this.up = new ImpairedLink(impairment, number, true);
            this.down = new ImpairedLink(impairment, number, false);
        }
    }

    /** A packet on its way. */
    private record Departure(long atNs, long order, ByteBuffer packet, Flow flow, boolean upwards) {}

    /**
     * Listens at {@code listen} for what is to go to {@code server}, and at the ports behind it for the server's next ones.
     *
     * @param ports how many, for a server with several media ports in a row
     */
    public static UdpProxy start(InetSocketAddress listen, InetSocketAddress server, int ports, Impairment impairment)
            throws IOException {
        UdpProxy proxy = new UdpProxy(impairment);
        try {
            for (int i = 0; i < ports; i++) {
                proxy.listen(
                        new InetSocketAddress(listen.getAddress(), listen.getPort() == 0 ? 0 : listen.getPort() + i),
                        new InetSocketAddress(server.getAddress(), server.getPort() + i));
            }
        } catch (IOException e) {
            proxy.closeChannels();
            throw e;
        }
        proxy.thread.start();
        return proxy;
    }

    private UdpProxy(Impairment impairment) throws IOException {
        this.impairment = impairment;
        this.thread = Thread.ofPlatform().name("udp-proxy").daemon().unstarted(this::run);
    }

    private void listen(InetSocketAddress address, InetSocketAddress server) throws IOException {
        DatagramChannel channel = open();
        channel.bind(address);
        Listener listener = new Listener(channel, server, new HashMap<>());
        listeners.add(listener);
        channel.register(selector, SelectionKey.OP_READ, listener);
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        return channel;
    }

    /** Where clients send to, in the order of the server's ports. */
    public List<InetSocketAddress> addresses() throws IOException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (Listener listener : listeners) {
            addresses.add((InetSocketAddress) listener.channel().getLocalAddress());
        }
        return addresses;
    }

    /** Packets towards the server. */
    public Count up() {
        return up.count();
    }

    /** Packets towards clients. */
    public Count down() {
        return down.count();
    }

    private void run() {
        try {
            while (!closed) {
                long waitNs = untilNextNs();
                if (waitNs <= 0) {
                    selector.selectNow(this::ready);
                } else {
                    // A selector counts in milliseconds: the last one is waited for by looking again and again.
                    long waitMs = TimeUnit.NANOSECONDS.toMillis(waitNs);
                    if (waitMs == 0) {
                        selector.selectNow(this::ready);
                    } else {
                        selector.select(this::ready, waitMs);
                    }
                }
                sendDue();
            }
        } catch (IOException e) {
            if (!closed) {
                System.err.println("parley: the proxy has ended: " + e.getMessage());
            }
        } finally {
            closeChannels();
        }
    }

    private long untilNextNs() {
        Departure next = waiting.peek();
        return next == null ? TimeUnit.MILLISECONDS.toNanos(NO_DEADLINE_MS) : next.atNs() - System.nanoTime();
    }

    private void ready(SelectionKey key) {
        try {
            if (key.attachment() instanceof Listener listener) {
                readUp(listener);
            } else if (key.attachment() instanceof Flow flow) {
                readDown(flow);
            }
        } catch (IOException e) {
            // A port that nobody listens on is told by ICMP to whoever has sent there: the server may yet come.
            (key.attachment() instanceof Listener ? down : up).refused.increment();
        }
    }

    private void readUp(Listener listener) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            incoming.clear();
            SocketAddress client = listener.channel().receive(incoming);
            if (client == null) {
                return;
            }
            Flow flow = listener.flows().get(client);
            if (flow == null) {
                flow = newFlow(listener, client);
            }
            up.received.increment();
            accept(flow, flow.up.departureNs(System.nanoTime()), true);
        }
    }

    private Flow newFlow(Listener listener, SocketAddress client) throws IOException {
        DatagramChannel towardsServer = open();
        towardsServer.connect(listener.server());
        Flow flow = new Flow(listener, client, towardsServer, impairment, flows++);
        towardsServer.register(selector, SelectionKey.OP_READ, flow);
        listener.flows().put(client, flow);
        return flow;
    }

    private void readDown(Flow flow) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            incoming.clear();
            if (flow.towardsServer.receive(incoming) == null) {
                return;
            }
            down.received.increment();
            accept(flow, flow.down.departureNs(System.nanoTime()), false);
        }
    }

    private void accept(Flow flow, long departureNs, boolean upwards) {
        if (departureNs == ImpairedLink.LOST) {
            (upwards ? up : down).lost.increment();
            return;
        }
        incoming.flip();
        ByteBuffer packet = spare.poll();
        if (packet == null || packet.capacity() < incoming.remaining()) {
            packet = ByteBuffer.allocateDirect(Math.max(2_048, incoming.remaining()));
        }
        packet.clear().put(incoming).flip();
        waiting.add(new Departure(departureNs, order++, packet, flow, upwards));
    }

    private void sendDue() {
        long nowNs = System.nanoTime();
        for (Departure next = waiting.peek(); next != null && next.atNs() - nowNs <= 0; next = waiting.peek()) {
            waiting.remove();
            Direction direction = next.upwards() ? up : down;
            if (send(next)) {
                direction.sent.increment();
            } else {
                direction.refused.increment();
            }
            spare.push(next.packet());
        }
    }

    private static boolean send(Departure packet) {
        Flow flow = packet.flow();
        try {
            int sent = packet.upwards()
                    ? flow.towardsServer.write(packet.packet())
                    : flow.listener.channel().send(packet.packet(), flow.client);
            return sent > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void closeChannels() {
        for (SelectionKey key : selector.keys()) {
            try {
                key.channel().close();
            } catch (IOException e) {
                System.err.println("parley: a socket of the proxy cannot be closed: " + e.getMessage());
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            System.err.println("parley: the proxy's selector cannot be closed: " + e.getMessage());
        }
    }

    /** Closes all sockets; what still waits is dropped. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
