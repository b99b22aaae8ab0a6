package dev.parley.signaling;

import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuStats;
import dev.parley.sfu.Termination;
import dev.parley.signaling.config.ConfigException;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.http.HttpServer;
import dev.parley.signaling.http.StaticFiles;
import dev.parley.signaling.metrics.ExplainRoute;
import dev.parley.signaling.metrics.ServerMetrics;
import dev.parley.signaling.metrics.StatusRoute;
import dev.parley.signaling.session.Entrance;
import dev.parley.signaling.session.RoomDirectory;
import dev.parley.signaling.session.Sessions;
import dev.parley.signaling.session.ThreadSessionLoop;
import dev.parley.signaling.websocket.SignalingUpgrade;
import dev.parley.signaling.whip.WhipRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole server in this JVM: media, signaling and the web client. Any thread. */
public final class ParleyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ParleyServer.class);
    private static final int CLOSE_SECONDS = 2;

    private final ServerConfig config;
    private final AutoCloseable media;
    private final ThreadSessionLoop loop;
    private final Sessions sessions;
    private final WhipRoute whip;
    private final ServerMetrics metrics;
    private final HttpServer http;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ParleyServer(ServerConfig config, RoomDirectory rooms, AutoCloseable media, ThreadSessionLoop loop)
            throws IOException {
        this.config = config;
        this.media = media;
        this.loop = loop;
        this.metrics = new ServerMetrics(rooms::stats);
        Entrance entrance = new Entrance(rooms, loop, config.joinsPerMinutePerAddress(), metrics::countJoin);
        this.sessions = new Sessions(loop, entrance, config.gracePeriod());
        this.whip = new WhipRoute(loop, entrance, config);
        this.http = HttpServer.start(
                config,
                List.of(
                        new StatusRoute(metrics, () -> !closed.get()),
                        whip,
                        new ExplainRoute(loop, entrance, sessions, config.apiToken()),
                        StaticFiles.fromClassPath()),
                new SignalingUpgrade(sessions, loop, config));
        LOG.info("event=started http-port={}", http.port());
    }

    /**
     * Opens all ports.
     *
     * @throws IOException when one cannot be had; the message names it
     * @throws ConfigException when this machine has not what the configuration asks for; the message says how to mend it
     */
    public static ParleyServer start(ServerConfig config) throws IOException {
        Sfu sfu;
        try {
            sfu = Sfu.start(config.toSfuConfig());
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage() + ". Is another server running? Set udp-port or bind.", e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        return start(config, new SfuRooms(sfu, config.roomTerminations()), sfu);
    }

    /**
     * Opens the ports of signaling for an SFU of the caller's, who may have members of its own in the rooms. The server
     * closes it with itself.
     *
     * @param config of which the keys of the SFU say nothing here
     * @throws IOException when a port cannot be had; the message names it
     */
    public static ParleyServer start(ServerConfig config, Sfu sfu) throws IOException {
        return start(config, new SfuRooms(sfu, config.roomTerminations()), sfu);
    }

    /** Over rooms of another kind, which the server closes with itself. */
    static ParleyServer start(ServerConfig config, RoomDirectory rooms, AutoCloseable media) throws IOException {
        ThreadSessionLoop loop = new ThreadSessionLoop();
        try {
            return new ParleyServer(config, rooms, media, loop);
        } catch (IOException e) {
            loop.close();
            close(media);
            throw e;
        }
    }

    /** The rooms of an SFU. */
    private record SfuRooms(Sfu sfu, Map<String, Termination> terminations) implements RoomDirectory {
        @Override
        public Room room(String name) {
            Room room = sfu.room(name);
            Termination own = terminations.get(name);
            if (own != null) {
                room.termination(own);
            }
            return room;
        }

        @Override
        public SfuStats stats() {
            return sfu.stats();
        }
    }

    /** The port that HTTP and WebSocket are on. */
    public int httpPort() {
        return http.port();
    }

    /** Where a browser on this machine finds the web client. */
    public String url() {
        String address = config.httpBind().getFirst();
        InetAddress ip = InetAddress.ofLiteral(address);
        boolean local = ip.isLoopbackAddress() || ip.isAnyLocalAddress();
        String host = local ? "localhost" : address.contains(":") ? "[" + address + "]" : address;
        return "http://" + host + ":" + httpPort();
    }

    /** Whether only programs on this machine can reach it. */
    public boolean isLoopbackOnly() {
        return Stream.concat(config.bind().stream(), config.httpBind().stream())
                .map(InetAddress::ofLiteral)
                .allMatch(InetAddress::isLoopbackAddress);
    }

    /** Tells every client that the server is closing, then ends all. A second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        LOG.info("event=closing");
        http.stopListening();
        CountDownLatch told = new CountDownLatch(1);
        loop.execute(() -> {
            sessions.close();
            whip.close();
            told.countDown();
        });
        try {
            if (!told.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("event=close-slow");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
        close(media);
        loop.close();
        metrics.close();
        LOG.info("event=closed");
    }

    private static void close(AutoCloseable media) {
        try {
            media.close();
        } catch (Exception e) {
            LOG.warn("event=media-close-failed", e);
        }
    }
}
