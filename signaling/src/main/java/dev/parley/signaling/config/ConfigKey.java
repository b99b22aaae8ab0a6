package dev.parley.signaling.config;

import dev.parley.sfu.Termination;
import dev.parley.signaling.config.ValueType.Choice;
import dev.parley.signaling.config.ValueType.Flag;
import dev.parley.signaling.config.ValueType.IceServers;
import dev.parley.signaling.config.ValueType.Limit;
import dev.parley.signaling.config.ValueType.Ports;
import dev.parley.signaling.config.ValueType.Secret;
import dev.parley.signaling.config.ValueType.Texts;
import dev.parley.signaling.config.ValueType.Whole;
import io.netty.util.NetUtil;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configuration's keys; {@code parley-defaults.yaml} documents them in full and holds the defaults. */
public enum ConfigKey {
    HTTP_PORT(new Whole(0, 65_535), "TCP port of the web client and of signaling; 0 picks a free one"),
    UDP_PORT(
            new Whole(0, 65_535),
            "first media port, UDP and TCP; further shards take the next ones; 0 picks free ones"),
    BIND(new Texts("IP,…", true, ConfigKey::requireIp), "IP addresses to listen on; 0.0.0.0 and :: mean all"),
    HTTP_BIND(
            new Texts("IP,…", false, ConfigKey::requireIp),
            "IP addresses to listen on for HTTP, where not those of bind"),
    ANNOUNCE(new Texts("IP,…", false, ConfigKey::requireIp), "public IP addresses of a server behind NAT"),
    TCP_ENABLED(new Flag(), "whether media may also come over TCP"),
    SHARDS(new Whole(0, 1_024), "threads that own rooms; 0 means one a core"),
    IO(new Choice(List.of("auto", "foreign", "epoll", "nio")), "datagram layer"),
    GATHER_US(new Whole(0, 5_000), "longest wait of a busy shard for the rest of a video frame, in µs; 0 is never"),
    REALTIME_SHARDS(new Flag(), "whether media threads run before ordinary ones, where the system permits it"),
    CRYPTO(new Choice(List.of("auto", "ipsec-mb", "openssl", "jdk")), "where SRTP ciphers come from"),
    MAX_PACKETS_PER_SHARD(new Whole(256, 1 << 24), "packet buffers a shard may hold, of 2 kB each"),
    SEGMENT_THRESHOLD(
            new Whole(0, Integer.MAX_VALUE),
            "participants of a room on one shard before it grows to another; 0 is never"),
    TERMINATION(
            new Choice(List.of("forward", "native", "auto")),
            "who meets browsers: forward, native (libwebrtc decodes and encodes), auto (forward, encode where needed)"),
    ROOM_TERMINATION(
            new Texts("ROOM=MODE,…", false, ConfigKey::requireRoomTermination), "rooms with another termination"),
    NATIVE_UDP_PORTS(new Ports(), "UDP ports where browsers meet libwebrtc, such as 20000-20999; 0 is any"),
    MAX_NATIVE_ENCODES(
            new Limit(10_000), "video streams that libwebrtc may encode at once; 0 is none, auto five for each core"),
    CONSENT_TIMEOUT_SECONDS(new Whole(5, 600), "silence after which a media connection counts as lost"),
    ICE_SERVERS(new IceServers(), "STUN servers told to clients; TURN servers go into the file"),
    TURN_URLS(
            new Texts("URL,…", false, ConfigKey::requireTurn),
            "TURN servers whose time-limited credentials this server makes"),
    TURN_SECRET(new Secret(), "what it shares with them: coturn's static-auth-secret"),
    TURN_TTL_SECONDS(new Whole(10, 604_800), "how long such a credential is good for"),
    API_TOKEN(new Secret(), "bearer token that may read everything under /api/v1; empty for none"),
    MAX_ROOMS(new Whole(1, Integer.MAX_VALUE), "rooms on this server"),
    MAX_PARTICIPANTS_PER_ROOM(new Whole(1, Integer.MAX_VALUE), "participants a room"),
    MAX_TRACKS_PER_PARTICIPANT(new Whole(1, 1_024), "tracks a participant may publish"),
    MAX_SLOTS_PER_PARTICIPANT(new Whole(1, 4_096), "receiving media sections a participant may have"),
    MAX_VIDEO_TRACKS_PER_SUBSCRIBER(
            new Whole(1, Integer.MAX_VALUE),
            "video tracks a participant gets at a time; less important ones are paused"),
    MAX_SUBSCRIBER_KBPS(new Whole(0, 10_000_000), "what is sent to one participant at most, in kbit/s; 0 is no limit"),
    LOUDEST_SPEAKERS(new Whole(0, 1_000), "of how many in a room audio is forwarded at a time; 0 is everybody"),
    CONGESTION_CONTROL(
            new Choice(List.of("observe", "follow")),
            "whether what a link is estimated to carry limits what is sent over it, or is only told"),
    MAX_CONNECTIONS(new Whole(1, Integer.MAX_VALUE), "open HTTP and WebSocket connections"),
    GRACE_PERIOD_SECONDS(new Whole(1, 3_600), "how long a participant whose connection is lost stays"),
    PING_INTERVAL_SECONDS(new Whole(1, 300), "how often the server pings; two silent intervals drop a client"),
    MAX_MESSAGE_BYTES(new Whole(4_096, 1 << 24), "largest signaling message"),
    MAX_OUTBOUND_BUFFER_BYTES(new Whole(65_536, 1 << 28), "unread bytes after which a client is dropped"),
    MESSAGES_PER_SECOND(new Whole(1, 10_000), "signaling messages a connection may send, in the long run"),
    MESSAGE_BURST(new Whole(1, 100_000), "signaling messages a connection may send at once"),
    JOINS_PER_MINUTE_PER_ADDRESS(new Whole(1, 1_000_000), "joins from one source address"),
    ALLOWED_ORIGINS(
            new Texts("ORIGIN,…", false, ConfigKey::requireOrigin),
            "origins of other pages that may connect; * is any"),
    TRUSTED_PROXIES(
            new Texts("IP,…", false, ConfigKey::requireIp), "reverse proxies whose X-Forwarded-For is believed");

    private static final Map<String, ConfigKey> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ConfigKey::key, Function.identity()));

    @SuppressWarnings("ImmutableEnumChecker") // its kinds are records of immutable values
    private final ValueType type;

    private final String help;

    ConfigKey(ValueType type, String help) {
        this.type = type;
        this.help = help;
    }

    /** As in the file, such as {@code http-port}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As in the environment, such as {@code PARLEY_HTTP_PORT}. */
    public String environmentName() {
        return "PARLEY_" + name();
    }

    /** One line for {@code --help}. */
    public String help() {
        return help;
    }

    /** What stands for the value in {@code --help}. */
    public String valueLabel() {
        return type.label();
    }

    static @Nullable ConfigKey of(String key) {
        return BY_NAME.get(key);
    }

    /**
     * Reads a value.
     *
     * @param where what to call the place that it came from, such as {@code --http-port}
     */
    Object read(@Nullable Object raw, String where) {
        if (raw == null) {
            throw new ConfigException(where + " has no value: give one, or remove the key");
        }
        try {
            return type.read(raw);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(where + " " + e.getMessage() + (isSecret() ? "" : ", got \"" + raw + "\""));
        }
    }

    /** Whether its value is to be shown to nobody. */
    boolean isSecret() {
        return type instanceof Secret;
    }

    private static void requireTurn(String text) {
        // RFC 7065 §3.1
        if (!text.matches("turns?:[^\\s/?]+(\\?transport=(udp|tcp))?")) {
            throw new IllegalArgumentException("must be URLs such as turn:turn.example.com:3478?transport=udp");
        }
    }

    private static void requireIp(String text) {
        if (!NetUtil.isValidIpV4Address(text) && !NetUtil.isValidIpV6Address(text)) {
            throw new IllegalArgumentException("must be IP addresses such as 127.0.0.1 or ::");
        }
    }

    private static void requireRoomTermination(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("must be rooms with a termination, such as studio=native");
        }
        Termination.of(text.substring(equals + 1));
    }

    private static void requireOrigin(String text) {
        if (text.equals("*")) {
            return;
        }
        try {
            URI origin = URI.create(text);
            boolean web = "http".equals(origin.getScheme()) || "https".equals(origin.getScheme());
            if (web && origin.getHost() != null && origin.getRawPath().isEmpty()) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Falls through: not a URI is not an origin.
        }
        throw new IllegalArgumentException("must be origins such as https://meet.example.com, without a path, or *");
    }
}
