package dev.parley.sfu;

import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.handshake.DtlsLimits;
import dev.parley.sfu.io.UdpPortConfig;
import dev.parley.sfu.nativepeer.NativeCounters;
import dev.parley.sfu.nativepeer.NativePeers;
import dev.parley.sfu.shard.EngineSettings;
import dev.parley.sfu.shard.ShardConfig;
import dev.parley.sfu.shard.ShardEngine;
import dev.parley.sfu.shard.ShardLoad;
import dev.parley.sfu.stats.DropReason;
import dev.parley.sfu.stats.MediaCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A selective forwarding unit in this JVM: rooms, their media ports and the threads behind them. Every method may be
 * called from any thread.
 */
public final class Sfu implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sfu.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    private static final long GOODBYE_NS = 500_000_000;
    private static final long GOODBYE_LOOK_NS = 2_000_000;

    /** Tried once: this machine's libraries and processor stay what they are. */
    private static final class AutomaticCiphers {
        static final SrtpCipherProviders VALUE = SrtpCipherProviders.select(SrtpCipherProviders.AUTO, System::nanoTime);
    }

    private final SfuConfig config;
    private final SrtpCipherProviders ciphers;
    private final BouncyCastleDtls dtls;
    private final List<ShardEngine> engines;
    private final NativePeers nativePeers;
    private final Map<String, RoomHandle> rooms = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sfu(SfuConfig config, SrtpCipherProviders ciphers, BouncyCastleDtls dtls, List<ShardEngine> engines) {
        this.config = config;
        this.ciphers = ciphers;
        this.dtls = dtls;
        this.engines = List.copyOf(engines);
        SfuConfig.NativePeers settings = config.nativePeers();
        this.nativePeers = new NativePeers(
                settings.firstUdpPort(),
                settings.lastUdpPort(),
                config.bindAddresses(),
                config.announcedAddresses(),
                settings.maxEncodes());
    }

    /**
     * Opens the media ports and starts a thread for each shard.
     *
     * @throws UncheckedIOException if a port cannot be bound; the message names it
     * @throws IllegalArgumentException if there are fewer port numbers from {@code udp-port} on than shards, or the
     *     provider named by {@code crypto} cannot be used; the message says how to mend it
     */
    public static Sfu start(SfuConfig config) {
        SrtpCipherProviders ciphers = config.crypto().equals(SrtpCipherProviders.AUTO)
                ? AutomaticCiphers.VALUE
                : SrtpCipherProviders.select(config.crypto(), System::nanoTime);
        LOG.info("srtp ciphers {}", ciphers);
        SecureRandom random = new SecureRandom();
        DtlsCertificate certificate = DtlsCertificate.generate(random, Instant.now());
        BouncyCastleDtls dtls = BouncyCastleDtls.server(certificate, DtlsLimits.defaults());
        EngineSettings settings = new EngineSettings(
                config.bindAddresses(),
                config.announcedAddresses(),
                config.tcpEnabled(),
                dtls,
                ciphers,
                config.limits(),
                config.segmentThreshold(),
                config.consentTimeout().toNanos(),
                random);
        int shards = config.shards() == 0 ? Runtime.getRuntime().availableProcessors() : config.shards();
        List<ShardEngine> engines = new ArrayList<>();
        try {
            for (int index = 0; index < shards; index++) {
                engines.add(ShardEngine.start(shardConfig(config, index), settings));
            }
        } catch (IOException e) {
            engines.forEach(engine -> engine.shard().close());
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (RuntimeException e) {
            // Their threads would keep the JVM up.
            engines.forEach(engine -> engine.shard().close());
            throw e;
        }
        engines.forEach(engine -> engine.neighbours(engines));
        if (config.nativePeers().termination() != Termination.FORWARD) {
            // Now rather than at the first join: who has asked for it is looking.
            NativePeers.problem().ifPresent(problem -> LOG.warn("event=native-unavailable {}", problem));
        }
        return new Sfu(config, ciphers, dtls, engines);
    }

    private static ShardConfig shardConfig(SfuConfig config, int index) {
        int port = config.udpPort() == 0 ? 0 : config.udpPort() + index;
        return new ShardConfig(
                index,
                UdpPortConfig.of(config.io(), config.bindAddresses(), port, config.tcpEnabled()),
                config.gather().toNanos(),
                config.realTimeShards(),
                config.maxPacketsPerShard(),
                ShardConfig.DEFAULT_MAILBOX_CAPACITY);
    }

    /** What this was started with. */
    public SfuConfig config() {
        return config;
    }

    /**
     * The room of that name, made if there is none. A room ends by itself a minute after its last participant left.
     *
     * @throws SfuException {@code ROOM_LIMIT} when there are as many rooms as configured, {@code CLOSED} after
     *     {@link #close()}
     */
    public Room room(String name) {
        if (closed.get()) {
            throw new SfuException(SfuException.Code.CLOSED, "the server has been closed");
        }
        return rooms.computeIfAbsent(name, this::newRoom);
    }

    private RoomHandle newRoom(String name) {
        // Inside of computeIfAbsent the map's size may be behind by rooms being made at this moment: good enough.
        if (rooms.size() >= config.limits().rooms()) {
            throw new SfuException(
                    SfuException.Code.ROOM_LIMIT,
                    "the server has as many rooms as it takes: "
                            + config.limits().rooms());
        }
        ShardEngine leastLoaded = engines.stream()
                .min(Comparator.comparing(ShardEngine::load, ShardLoad.ASCENDING))
                .orElseThrow();
        return new RoomHandle(name, leastLoaded, config.nativePeers().termination(), nativePeers, rooms::remove);
    }

    /** The room of that name, if there is one. */
    public Optional<Room> findRoom(String name) {
        return Optional.ofNullable(rooms.get(name));
    }

    /** All rooms, in no order. */
    public List<Room> rooms() {
        return List.copyOf(rooms.values());
    }

    /** The counters as they are now. */
    public SfuStats stats() {
        List<SfuStats.Shard> shards = new ArrayList<>();
        for (ShardEngine engine : engines) {
            shards.add(engine.stats());
        }
        return new SfuStats(
                shards.stream().mapToInt(SfuStats.Shard::rooms).sum(),
                shards.stream().mapToInt(SfuStats.Shard::participants).sum(),
                sum(media -> media.packetsIn().value()),
                sum(media -> media.bytesIn().value()),
                sum(media -> media.packetsOut().value()),
                sum(media -> media.bytesOut().value()),
                sum(media -> media.nacksReceived().value()),
                sum(media -> media.packetsRetransmitted().value()),
                sum(media -> media.keyframeRequestsSent().value()),
                sum(media -> media.packetsPaced().value()),
                sum(media -> media.paddingSent().value()),
                drops(),
                profiles(),
                cipherProviders(),
                engines.getFirst().shard().port().layer(),
                NativeCounters.ofProcess().snapshot(),
                nativePeers.budget().snapshot(),
                shards);
    }

    private long sum(ToLongFunction<MediaCounters> counter) {
        return engines.stream().map(ShardEngine::media).mapToLong(counter).sum();
    }

    private Map<String, Long> drops() {
        Map<DropReason, Long> sums = new EnumMap<>(DropReason.class);
        for (ShardEngine engine : engines) {
            engine.shard().drops().snapshot().forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        }
        return named(sums, reason -> reason.name().toLowerCase(Locale.ROOT));
    }

    private Map<String, Long> profiles() {
        Map<SrtpProfile, Long> sums = new EnumMap<>(SrtpProfile.class);
        for (SrtpProfile profile : SrtpProfile.values()) {
            sums.put(
                    profile,
                    engines.stream()
                            .mapToLong(engine -> engine.securedPeers(profile))
                            .sum());
        }
        return named(sums, SrtpProfile::name);
    }

    private Map<String, String> cipherProviders() {
        Map<String, String> names = new HashMap<>();
        for (SrtpProfile profile : SrtpProfile.values()) {
            names.put(profile.name(), ciphers.serving(profile).name());
        }
        return names;
    }

    private static <K> Map<String, Long> named(Map<K, Long> counts, Function<K, String> name) {
        Map<String, Long> named = new HashMap<>();
        counts.forEach((key, count) -> named.put(name.apply(key), count));
        return named;
    }

    /** Ends every room with {@code SERVER_SHUTDOWN} and stops all threads. A second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<?>[] ends = rooms.values().stream()
                .map(room -> room.close(RoomEvent.LeaveReason.SERVER_SHUTDOWN))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends)
                .orTimeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    LOG.warn("not every room has ended in time cause={}", failure.toString());
                    return null;
                })
                .join();
        nativePeers.close();
        awaitGoodbyes();
        engines.forEach(engine -> engine.shard().close());
    }

    /** By close_notify browsers know at once, and need not wait for their checks to go unanswered. */
    private void awaitGoodbyes() {
        long endNs = System.nanoTime() + GOODBYE_NS;
        while (dtls.activeAssociations() > 0 && System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(GOODBYE_LOOK_NS);
        }
    }
}
