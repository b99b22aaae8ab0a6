package dev.parley.signaling.http;

import dev.parley.signaling.config.ServerConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The listening sockets and the pipeline of each connection. */
@SuppressWarnings("FutureReturnValueIgnored") // what is closed needs no more watching
public final class HttpServer implements AutoCloseable {
    /** Media needs the cores; signaling is light. */
    private static final int THREADS = 2;

    private static final int IDLE_SECONDS = 60;
    private static final int CLOSE_SECONDS = 3;

    private final EventLoopGroup group;
    private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ServerConfig config;
    private int port;

    private HttpServer(ServerConfig config) {
        this.config = config;
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.group = new MultiThreadIoEventLoopGroup(THREADS, new DefaultThreadFactory("parley-http", true), io);
    }

    /**
     * Binds to every configured address.
     *
     * @param routes the first that handles a path answers
     * @throws IOException when an address or the port cannot be had
     */
    public static HttpServer start(ServerConfig config, List<Route> routes, WebSocketUpgrade upgrade)
            throws IOException {
        HttpServer server = new HttpServer(config);
        OriginPolicy origins = new OriginPolicy(config.allowedOrigins());
        WebSocketHandshake handshake = new WebSocketHandshake(origins, upgrade, config.maxMessageBytes());
        SourceAddresses addresses = new SourceAddresses(config.trustedProxies());
        try {
            server.bind(() -> new HttpRouter(routes, handshake, addresses));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private interface RouterFactory {
        HttpRouter create();
    }

    private void bind(RouterFactory routers) throws IOException {
        Class<? extends ServerChannel> channelClass =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(channelClass)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(config.maxOutboundBufferBytes() / 2, config.maxOutboundBufferBytes()))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initialize(channel, routers);
                    }
                });
        port = config.httpPort();
        for (String address : config.httpBind()) {
            var bound = bootstrap
                    .bind(new InetSocketAddress(InetAddress.ofLiteral(address), port))
                    .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException(
                        "cannot listen on " + address + " port " + port + ": "
                                + bound.cause().getMessage() + ". Is another server running? Set http-port or bind.",
                        bound.cause());
            }
            listeners.add(bound.channel());
            // With port 0 all addresses share the one that the first was given.
            port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
        }
    }

    private void initialize(Channel channel, RouterFactory routers) {
        if (connections.size() >= config.maxConnections()) {
            channel.close();
            return;
        }
        connections.add(channel);
        channel.pipeline()
                .addLast(
                        new IdleStateHandler(0, 0, IDLE_SECONDS),
                        new HttpServerCodec(),
                        new HttpObjectAggregator(config.maxMessageBytes()),
                        new FlowControlHandler(),
                        routers.create());
    }

    /** The port in use. */
    public int port() {
        return port;
    }

    /** Refuses new connections; those there are go on. */
    public void stopListening() {
        listeners.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits a moment for connections to end by themselves, then ends them. */
    @Override
    public void close() {
        stopListening();
        connections.newCloseFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
