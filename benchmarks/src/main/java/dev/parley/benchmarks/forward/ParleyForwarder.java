package dev.parley.benchmarks.forward;

import com.sun.management.ThreadMXBean;
import dev.parley.sfu.Answer;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Offer;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.SubscriptionHint;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.io.UdpPort;
import dev.parley.sfu.io.UdpPortConfig;
import dev.parley.sfu.room.JoinListener;
import dev.parley.sfu.room.ParticipantState;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.shard.EngineSettings;
import dev.parley.sfu.shard.RoomSegments;
import dev.parley.sfu.shard.ShardConfig;
import dev.parley.sfu.shard.ShardEngine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Parley as it runs in a server: a shard with its port and a room of one publisher and its subscribers, who have joined by
 * offer and answer and connected by ICE. Only DTLS is left out, which has no part in forwarding.
 */
final class ParleyForwarder implements Forwarder {
    private static final String LOOPBACK = "127.0.0.1";
    /** For ever, as far as a benchmark goes: its clients check once. */
    private static final Duration CONSENT = Duration.ofDays(1);

    private static final String SHARD_THREAD = "parley-shard-0";
    private static final int ONE_SEGMENT = 0;
    /** The bench's frames come whole, so there is nothing to wait for. */
    private static final long NO_GATHERING = 0;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ShardEngine engine;
    private final RoomSegments room;
    private final List<ParticipantState> subscribers = new ArrayList<>();
    private final @Nullable String trackId;
    private int subscribed;
    private final long[] start = new long[5];
    private final long[] end = new long[5];

    /** Starts a shard, and lets the publisher and all subscribers join and connect. */
    ParleyForwarder(
            String io,
            SrtpCipherProvider ciphers,
            UdpPort.Opener opener,
            BenchClient publisher,
            List<BenchClient> receivers)
            throws IOException {
        ReadyKeys keys = new ReadyKeys();
        EngineSettings settings = new EngineSettings(
                List.of(LOOPBACK),
                List.of(),
                false,
                keys,
                ciphers,
                SfuConfig.Limits.defaults(),
                ONE_SEGMENT,
                CONSENT.toNanos(),
                new SecureRandom());
        engine = ShardEngine.start(
                new ShardConfig(
                        0,
                        UdpPortConfig.of(io, List.of(LOOPBACK), 0, false),
                        NO_GATHERING,
                        false,
                        SfuConfig.defaults().maxPacketsPerShard(),
                        ShardConfig.DEFAULT_MAILBOX_CAPACITY),
                settings,
                opener);
        Cores.forwarder(SHARD_THREAD);
        room = engine.newRoom(event -> {});
        Answer published = join(publisher, keys, ClientOffer::publishing).answer();
        trackId = published.published().getFirst().id();
        for (BenchClient receiver : receivers) {
            Joined joined = join(receiver, keys, ClientOffer::receiving);
            // A whole turn, in which it reads what stands for the handshake, lies between these two.
            engine.run(nowNs -> {}).join();
            engine.run(nowNs -> {}).join();
            subscribers.add(joined.participant());
            receiver.report(ReadyKeys.keysOf(receiver.number()), ciphers, slotSsrc(joined.answer()), port());
        }
    }

    private record Joined(ParticipantState participant, Answer answer) {}

    /** Who has joined. */
    private static final class Member implements JoinListener {
        private final CompletableFuture<String> id = new CompletableFuture<>();

        @Override
        public void joined(int segment, String participantId) {
            id.complete(participantId);
        }

        @Override
        public void refused(SfuException refusal) {
            id.completeExceptionally(refusal);
        }
    }

    private interface OfferWriter {
        String write(IceCredentials ice, Fingerprint fingerprint);
    }

    private Joined join(BenchClient client, ReadyKeys keys, OfferWriter offer) throws IOException {
        String sdp = offer.write(client.ice(), keys.fingerprintOf(client.number()));
        Member member = new Member();
        engine.run(nowNs -> room.room().join(JoinRequest.of("client-" + client.number()), member, nowNs))
                .join();
        String id = member.id.join();
        Joined joined = engine.call(nowNs -> {
                    ParticipantState participant =
                            Objects.requireNonNull(room.first().state().participant(id));
                    return new Joined(participant, participant.answer(Offer.of(sdp), nowNs));
                })
                .join();
        client.connect(credentials(joined.answer()), port());
        return joined;
    }

    /** The SSRC of the one slot. */
    private static int slotSsrc(Answer answer) throws IOException {
        try {
            return SessionDescription.parse(answer.sdp())
                    .sections()
                    .getFirst()
                    .ssrcs()
                    .getFirst()
                    .ssrc();
        } catch (SdpException e) {
            throw new IOException("Parley's answer does not parse", e);
        }
    }

    private static IceCredentials credentials(Answer answer) throws IOException {
        try {
            for (MediaSection section : SessionDescription.parse(answer.sdp()).sections()) {
                IceCredentials ice = section.transport().ice();
                if (ice != null) {
                    return ice;
                }
            }
        } catch (SdpException e) {
            throw new IOException("Parley's answer does not parse", e);
        }
        throw new IOException("Parley's answer has no ICE credentials");
    }

    @Override
    public int port() {
        return engine.shard().port().port();
    }

    @Override
    public long packetsOut() {
        return engine.media().packetsOut().value();
    }

    /** The layer in use. */
    String io() {
        return engine.shard().port().layer();
    }

    @Override
    public void begin(int receivers, int run, long nextIndex) {
        engine.run(nowNs -> {
                    subscribe(receivers, nowNs);
                    read(start);
                })
                .join();
    }

    private void subscribe(int receivers, long nowNs) {
        String id = Objects.requireNonNull(trackId);
        while (subscribed < receivers) {
            subscribers.get(subscribed++).subscribe(ClientOffer.MID, id, SubscriptionHint.none(), nowNs);
        }
        while (subscribed > receivers) {
            subscribers.get(--subscribed).unsubscribe(ClientOffer.MID, nowNs);
        }
    }

    /** On the shard's thread, whose clocks these are. */
    private void read(long[] into) {
        into[0] = engine.media().packetsIn().value();
        into[1] = engine.media().packetsOut().value();
        into[2] = engine.shard().port().counters().runs().runs();
        into[3] = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
        into[4] = THREADS.getCurrentThreadCpuTime();
    }

    @Override
    public Cost end() {
        engine.run(nowNs -> read(end)).orTimeout(5, TimeUnit.SECONDS).join();
        long out = end[1] - start[1];
        long runs = end[2] - start[2];
        return new Cost(
                end[4] - start[4], end[3] - start[3], end[0] - start[0], out, runs == 0 ? 1 : (double) out / runs);
    }

    @Override
    public void close() {
        engine.run(nowNs -> room.room().close(RoomEvent.LeaveReason.SERVER_SHUTDOWN, nowNs))
                .join();
        engine.shard().close();
    }
}
