package dev.parley.signaling.config;

import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.Termination;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a server is told at its start; immutable. {@link ConfigLayers} builds it from files, environment and command
 * line; in code, start from {@link #defaults()} and change what differs.
 */
public final class ServerConfig {
    private final Map<ConfigKey, Object> values;

    /** {@code values} holds every key, read and checked. */
    ServerConfig(Map<ConfigKey, Object> values) {
        this.values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /**
     * This configuration, once keys fit each other.
     *
     * @throws ConfigException when one lacks another
     */
    ServerConfig checked() {
        if (!turnUrls().isEmpty() && turnSecret().isEmpty()) {
            throw new ConfigException(
                    "turn-urls needs turn-secret: what the TURN server has as its static-auth-secret");
        }
        return this;
    }

    /** As in {@code parley-defaults.yaml}. */
    public static ServerConfig defaults() {
        return ConfigLayers.defaults().build();
    }

    /** This configuration with one key changed; {@code value} as a number, a text or a list. */
    public ServerConfig with(ConfigKey key, Object value) {
        EnumMap<ConfigKey, Object> changed = new EnumMap<>(values);
        changed.put(key, key.read(value, key.key()));
        return new ServerConfig(changed);
    }

    /** A value as the command line would take it; empty for an empty list. */
    public String text(ConfigKey key) {
        return value(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value(key));
    }

    public int httpPort() {
        return whole(ConfigKey.HTTP_PORT);
    }

    public List<String> bind() {
        return texts(ConfigKey.BIND);
    }

    /** Those for HTTP: the ones for everything, unless told otherwise. */
    public List<String> httpBind() {
        List<String> own = texts(ConfigKey.HTTP_BIND);
        return own.isEmpty() ? bind() : own;
    }

    public int maxConnections() {
        return whole(ConfigKey.MAX_CONNECTIONS);
    }

    public Duration gracePeriod() {
        return Duration.ofSeconds(whole(ConfigKey.GRACE_PERIOD_SECONDS));
    }

    public Duration pingInterval() {
        return Duration.ofSeconds(whole(ConfigKey.PING_INTERVAL_SECONDS));
    }

    public int maxMessageBytes() {
        return whole(ConfigKey.MAX_MESSAGE_BYTES);
    }

    public int maxOutboundBufferBytes() {
        return whole(ConfigKey.MAX_OUTBOUND_BUFFER_BYTES);
    }

    public int messagesPerSecond() {
        return whole(ConfigKey.MESSAGES_PER_SECOND);
    }

    public int messageBurst() {
        return whole(ConfigKey.MESSAGE_BURST);
    }

    public int joinsPerMinutePerAddress() {
        return whole(ConfigKey.JOINS_PER_MINUTE_PER_ADDRESS);
    }

    public List<String> allowedOrigins() {
        return texts(ConfigKey.ALLOWED_ORIGINS);
    }

    public List<String> trustedProxies() {
        return texts(ConfigKey.TRUSTED_PROXIES);
    }

    @SuppressWarnings("unchecked") // ValueType.IceServers reads nothing else
    public List<IceServer> iceServers() {
        return (List<IceServer>) value(ConfigKey.ICE_SERVERS);
    }

    public List<String> turnUrls() {
        return texts(ConfigKey.TURN_URLS);
    }

    public String turnSecret() {
        return (String) value(ConfigKey.TURN_SECRET);
    }

    /** Empty when there is none. */
    public String apiToken() {
        return (String) value(ConfigKey.API_TOKEN);
    }

    public Duration turnTtl() {
        return Duration.ofSeconds(whole(ConfigKey.TURN_TTL_SECONDS));
    }

    /** The part that the media plane is told. */
    public SfuConfig toSfuConfig() {
        return SfuConfig.builder()
                .bindAddresses(bind())
                .announcedAddresses(texts(ConfigKey.ANNOUNCE))
                .udpPort(whole(ConfigKey.UDP_PORT))
                .tcpEnabled((Boolean) value(ConfigKey.TCP_ENABLED))
                .shards(whole(ConfigKey.SHARDS))
                .io((String) value(ConfigKey.IO))
                .gather(Duration.of(whole(ConfigKey.GATHER_US), ChronoUnit.MICROS))
                .realTimeShards((Boolean) value(ConfigKey.REALTIME_SHARDS))
                .crypto((String) value(ConfigKey.CRYPTO))
                .maxPacketsPerShard(whole(ConfigKey.MAX_PACKETS_PER_SHARD))
                .segmentThreshold(whole(ConfigKey.SEGMENT_THRESHOLD))
                .consentTimeout(Duration.ofSeconds(whole(ConfigKey.CONSENT_TIMEOUT_SECONDS)))
                .limits(sfuLimits())
                .nativePeers(nativePeers())
                .build();
    }

    public SfuConfig.Limits sfuLimits() {
        return new SfuConfig.Limits(
                whole(ConfigKey.MAX_ROOMS),
                whole(ConfigKey.MAX_PARTICIPANTS_PER_ROOM),
                whole(ConfigKey.MAX_TRACKS_PER_PARTICIPANT),
                whole(ConfigKey.MAX_SLOTS_PER_PARTICIPANT),
                whole(ConfigKey.MAX_VIDEO_TRACKS_PER_SUBSCRIBER),
                whole(ConfigKey.MAX_SUBSCRIBER_KBPS),
                whole(ConfigKey.LOUDEST_SPEAKERS),
                "follow".equals(value(ConfigKey.CONGESTION_CONTROL)));
    }

    private SfuConfig.NativePeers nativePeers() {
        ValueType.PortRange ports = (ValueType.PortRange) value(ConfigKey.NATIVE_UDP_PORTS);
        return new SfuConfig.NativePeers(
                Termination.of((String) value(ConfigKey.TERMINATION)),
                ports.first(),
                ports.last(),
                value(ConfigKey.MAX_NATIVE_ENCODES) instanceof Integer limit ? limit : SfuConfig.NativePeers.BY_CORES);
    }

    /** The termination of rooms that have one of their own, by name. */
    public Map<String, Termination> roomTerminations() {
        Map<String, Termination> terminations = new HashMap<>();
        for (String entry : texts(ConfigKey.ROOM_TERMINATION)) {
            int equals = entry.lastIndexOf('=');
            terminations.put(entry.substring(0, equals), Termination.of(entry.substring(equals + 1)));
        }
        return terminations;
    }

    private int whole(ConfigKey key) {
        return (Integer) value(key);
    }

    @SuppressWarnings("unchecked") // ValueType.Texts reads nothing else
    private List<String> texts(ConfigKey key) {
        return (List<String>) value(key);
    }

    private Object value(ConfigKey key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalStateException("parley-defaults.yaml lacks " + key.key());
        }
        return value;
    }
}
