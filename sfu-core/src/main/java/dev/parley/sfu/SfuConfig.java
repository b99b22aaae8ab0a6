package dev.parley.sfu;

import java.time.Duration;
import java.util.List;

/**
 * What an {@link Sfu} is told at its start. Immutable; {@link #builder()} starts from {@link #defaults()}.
 *
 * @param bindAddresses IP addresses to bind the media ports on; {@code 0.0.0.0} and {@code ::} mean every interface
 * @param announcedAddresses IP addresses to put into ICE candidates instead of the bound ones, for a server behind
 *     NAT; empty means the bound addresses, with a wildcard standing for every address of the machine
 * @param udpPort the UDP port of the first shard; each further shard takes the next one; 0 picks free ports
 * @param tcpEnabled whether the passive ICE-TCP listener (RFC 6544) opens on the same port numbers
 * @param shards threads that own rooms, each with a port of its own; 0 means one a core
 * @param io the datagram layer: {@code foreign} (Linux called directly), {@code epoll} or {@code nio} (Netty), or
 *     {@code auto} for the first of them that works on this machine
 * @param crypto where SRTP ciphers come from: {@code auto}, {@code ipsec-mb}, {@code openssl} or {@code jdk}; what the one
 *     named has no cipher for, OpenSSL or the JDK serve
 * @param limits how much may be joined and published
 * @param segmentThreshold participants of one room on one shard before further ones go to another shard; 0 keeps
 *     every room on one
 * @param consentTimeout how long a connection may go without a valid ICE check before it counts as lost (RFC 7675)
 * @param gather the longest that a busy shard lets packets gather before it reads them, so that a whole video frame is
 *     sent on in one go; 0 switches it off. A shard with little to do never waits
 * @param realTimeShards whether the threads that carry media run before ordinary ones (SCHED_RR) where the system permits
 *     it, for as long as they leave them time
 * @param maxPacketsPerShard packet buffers a shard may hold, of 2 kB each, taken as they are needed
 */
public record SfuConfig(
        List<String> bindAddresses,
        List<String> announcedAddresses,
        int udpPort,
        boolean tcpEnabled,
        int shards,
        String io,
        String crypto,
        Limits limits,
        int segmentThreshold,
        Duration consentTimeout,
        Duration gather,
        boolean realTimeShards,
        int maxPacketsPerShard,
        NativePeers nativePeers) {

    /** The longest that packets may be let gather. */
    public static final Duration MAX_GATHER = Duration.ofMillis(5);

    /** The default first media port. */
    public static final int DEFAULT_UDP_PORT = 7882;

    /** The default participants of one room on one shard before another shard is used. */
    public static final int DEFAULT_SEGMENT_THRESHOLD = 100;

    /**
     * How much may be joined and published.
     *
     * @param rooms rooms a server
     * @param participantsPerRoom participants a room
     * @param tracksPerParticipant published tracks a participant
     * @param slotsPerParticipant receiving media sections a participant
     * @param videoTracksPerSubscriber video tracks that a subscriber gets at a time, the most important of those that it
     *     has in slots; the others are paused
     * @param subscriberKbps what is sent to one subscriber at most, in kbit/s; 0 for whatever its link carries
     * @param loudestSpeakers of how many participants in a room audio is forwarded at a time, those who dominate; 0 for all
     * @param followsEstimates whether what a link is estimated to carry limits what is sent over it; else it is only told
     */
    public record Limits(
            int rooms,
            int participantsPerRoom,
            int tracksPerParticipant,
            int slotsPerParticipant,
            int videoTracksPerSubscriber,
            int subscriberKbps,
            int loudestSpeakers,
            boolean followsEstimates) {
        public Limits(int rooms, int participantsPerRoom, int tracksPerParticipant, int slotsPerParticipant) {
            this(rooms, participantsPerRoom, tracksPerParticipant, slotsPerParticipant, Integer.MAX_VALUE, 0, 0, true);
        }

        public Limits {
            requirePositive("max-video-tracks-per-subscriber", videoTracksPerSubscriber);
            if (subscriberKbps < 0) {
                throw new IllegalArgumentException(
                        "max-subscriber-kbps must be 0 (no limit) or more, got " + subscriberKbps);
            }
            if (loudestSpeakers < 0) {
                throw new IllegalArgumentException("loudest-speakers must be 0 (all) or more, got " + loudestSpeakers);
            }
            requirePositive("max-rooms", rooms);
            requirePositive("max-participants-per-room", participantsPerRoom);
            requirePositive("max-tracks-per-participant", tracksPerParticipant);
            requirePositive("max-slots-per-participant", slotsPerParticipant);
        }

        public static Limits defaults() {
            return new Limits(10_000, 1_000, 16, 256);
        }

        /** The same, but whether estimates are followed. */
        public Limits followingEstimates(boolean follows) {
            return new Limits(
                    rooms,
                    participantsPerRoom,
                    tracksPerParticipant,
                    slotsPerParticipant,
                    videoTracksPerSubscriber,
                    subscriberKbps,
                    loudestSpeakers,
                    follows);
        }

        /** The same, but of how many in a room audio is forwarded at a time; 0 for all. */
        public Limits withLoudestSpeakers(int speakers) {
            return new Limits(
                    rooms,
                    participantsPerRoom,
                    tracksPerParticipant,
                    slotsPerParticipant,
                    videoTracksPerSubscriber,
                    subscriberKbps,
                    speakers,
                    followsEstimates);
        }

        private static void requirePositive(String key, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(key + " must be at least 1, got " + value);
            }
        }
    }

    /**
     * How libwebrtc is used, by webrtc-java.
     *
     * @param termination who meets participants' connections where neither room nor participant says
     * @param firstUdpPort the first port at which browsers meet libwebrtc, which takes one for each connection and network
     *     interface; 0 with {@code lastUdpPort} 0 for any that is free
     * @param lastUdpPort the last such port
     * @param maxEncodes video streams that may be encoded at once, 0 for none; {@link #BY_CORES} for as many as fit
     */
    public record NativePeers(Termination termination, int firstUdpPort, int lastUdpPort, int maxEncodes) {
        /** As many encoders as the cores carry. */
        public static final int BY_CORES = -1;

        public NativePeers {
            boolean any = firstUdpPort == 0 && lastUdpPort == 0;
            if (!any && (firstUdpPort < 1 || lastUdpPort > 0xFFFF || firstUdpPort > lastUdpPort)) {
                throw new IllegalArgumentException("native-udp-ports must be a range in 1..65535 such as 20000-20999,"
                        + " or 0 for any, got " + firstUdpPort + "-" + lastUdpPort);
            }
            if (maxEncodes < BY_CORES) {
                throw new IllegalArgumentException(
                        "max-native-encodes must be auto (by the cores), 0 (none) or more, got " + maxEncodes);
            }
        }

        public static NativePeers defaults() {
            return new NativePeers(Termination.FORWARD, 0, 0, BY_CORES);
        }
    }

    public SfuConfig {
        bindAddresses = List.copyOf(bindAddresses);
        announcedAddresses = List.copyOf(announcedAddresses);
        if (bindAddresses.isEmpty()) {
            throw new IllegalArgumentException("bind must name at least one IP address, such as 127.0.0.1");
        }
        if (udpPort < 0 || udpPort > 0xFFFF) {
            throw new IllegalArgumentException("udp-port must be in 0..65535, got " + udpPort);
        }
        if (shards < 0) {
            throw new IllegalArgumentException("shards must be 0 (one a core) or more, got " + shards);
        }
        if (!List.of("auto", "foreign", "epoll", "nio").contains(io)) {
            throw new IllegalArgumentException("io must be auto, foreign, epoll or nio, got " + io);
        }
        if (segmentThreshold < 0) {
            throw new IllegalArgumentException("segment-threshold must be 0 (never) or more, got " + segmentThreshold);
        }
        if (!List.of("auto", "ipsec-mb", "openssl", "jdk").contains(crypto)) {
            throw new IllegalArgumentException("crypto must be auto, ipsec-mb, openssl or jdk, got " + crypto);
        }
        if (consentTimeout.isNegative() || consentTimeout.isZero()) {
            throw new IllegalArgumentException("consent-timeout must be positive, got " + consentTimeout);
        }
        if (gather.isNegative() || gather.compareTo(MAX_GATHER) > 0) {
            throw new IllegalArgumentException("gather-us must be in 0..5000, got " + gather.toNanos() / 1_000);
        }
        if (maxPacketsPerShard < 256) {
            throw new IllegalArgumentException("max-packets-per-shard must be at least 256, got " + maxPacketsPerShard);
        }
    }

    /** Loopback only, one shard a core, the default ports: right for development and tests. */
    public static SfuConfig defaults() {
        return new SfuConfig(
                List.of("127.0.0.1"),
                List.of(),
                DEFAULT_UDP_PORT,
                true,
                0,
                "auto",
                "auto",
                Limits.defaults(),
                DEFAULT_SEGMENT_THRESHOLD,
                Duration.ofSeconds(15),
                Duration.ofNanos(500_000),
                true,
                65_536,
                NativePeers.defaults());
    }

    /** A builder that starts from {@link #defaults()}. */
    public static Builder builder() {
        return new Builder(defaults());
    }

    /** Changes some of a configuration; the values are checked by {@link #build()}. */
    public static final class Builder {
        private List<String> bindAddresses;
        private List<String> announcedAddresses;
        private int udpPort;
        private boolean tcpEnabled;
        private int shards;
        private String io;
        private String crypto;
        private Limits limits;
        private int segmentThreshold;
        private Duration consentTimeout;
        private Duration gather;
        private boolean realTimeShards;
        private int maxPacketsPerShard;
        private NativePeers nativePeers;

        private Builder(SfuConfig start) {
            bindAddresses = start.bindAddresses;
            announcedAddresses = start.announcedAddresses;
            udpPort = start.udpPort;
            tcpEnabled = start.tcpEnabled;
            shards = start.shards;
            io = start.io;
            crypto = start.crypto;
            limits = start.limits;
            segmentThreshold = start.segmentThreshold;
            consentTimeout = start.consentTimeout;
            gather = start.gather;
            realTimeShards = start.realTimeShards;
            maxPacketsPerShard = start.maxPacketsPerShard;
            nativePeers = start.nativePeers;
        }

        public Builder bindAddresses(List<String> addresses) {
            bindAddresses = addresses;
            return this;
        }

        public Builder announcedAddresses(List<String> addresses) {
            announcedAddresses = addresses;
            return this;
        }

        public Builder udpPort(int port) {
            udpPort = port;
            return this;
        }

        public Builder tcpEnabled(boolean enabled) {
            tcpEnabled = enabled;
            return this;
        }

        public Builder shards(int count) {
            shards = count;
            return this;
        }

        public Builder io(String layer) {
            io = layer;
            return this;
        }

        public Builder crypto(String provider) {
            crypto = provider;
            return this;
        }

        public Builder limits(Limits newLimits) {
            limits = newLimits;
            return this;
        }

        public Builder segmentThreshold(int participants) {
            segmentThreshold = participants;
            return this;
        }

        public Builder consentTimeout(Duration timeout) {
            consentTimeout = timeout;
            return this;
        }

        public Builder gather(Duration longest) {
            gather = longest;
            return this;
        }

        public Builder realTimeShards(boolean realTime) {
            realTimeShards = realTime;
            return this;
        }

        public Builder maxPacketsPerShard(int packets) {
            maxPacketsPerShard = packets;
            return this;
        }

        public Builder nativePeers(NativePeers newNativePeers) {
            nativePeers = newNativePeers;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming the key that is out of its range, and the range
         */
        public SfuConfig build() {
            return new SfuConfig(
                    bindAddresses,
                    announcedAddresses,
                    udpPort,
                    tcpEnabled,
                    shards,
                    io,
                    crypto,
                    limits,
                    segmentThreshold,
                    consentTimeout,
                    gather,
                    realTimeShards,
                    maxPacketsPerShard,
                    nativePeers);
        }
    }
}
