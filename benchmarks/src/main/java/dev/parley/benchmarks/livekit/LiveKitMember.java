package dev.parley.benchmarks.livekit;

import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.bot.SectionPlan;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.media.Encoding;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.Msid;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bot in a room of LiveKit, as its clients are with two connections: one to publish by, which the bot offers, and one for
 * all that it watches, which the server offers, and offers anew whenever somebody is added. Its own candidates are in its
 * descriptions; the server's come one by one. Any thread; what the server says is taken in order.
 */
final class LiveKitMember implements Member {
    private static final Logger LOG = LoggerFactory.getLogger(LiveKitMember.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long PING_SECONDS = 5;

    private final MemberPlan plan;
    private final BotConnections connections;
    private final List<BotConnection> open = new CopyOnWriteArrayList<>();
    private final Map<String, SentTrack> wanted = new HashMap<>();
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final CompletableFuture<Boolean> watching = new CompletableFuture<>();
    /** What is announced and not yet taken, by label. */
    private final Map<String, CompletableFuture<String>> announced = new HashMap<>();

    /** Guarded by this, as all that follows: publishers' tracks by the names that the server has given them. */
    private final Map<String, SentTrack> bySid = new HashMap<>();
    /** Which track each section shows, as the server has offered, and as it has been told to the bot's connection. */
    private Map<String, String> shown = Map.of();

    private final Map<String, String> expected = new HashMap<>();
    private @Nullable BotConnection publishing;
    private @Nullable BotConnection receiving;

    private volatile @Nullable LiveKitSignaling signaling;
    private volatile @Nullable Future<?> pinging;
    private List<SignalResponse> early = new ArrayList<>();
    private volatile boolean closed;

    private LiveKitMember(MemberPlan plan, BotConnections connections) {
        this.plan = plan;
        this.connections = connections;
        plan.watches().forEach(track -> wanted.put(track.toString(), track));
        plan.publishes().forEach(track -> announced.put(track.label(), new CompletableFuture<>()));
    }

    static LiveKitMember join(
            MemberPlan plan,
            BotConnections connections,
            HttpClient http,
            URI address,
            AccessToken tokens,
            ScheduledExecutorService pings)
            throws IOException, InterruptedException {
        LiveKitMember member = new LiveKitMember(plan, connections);
        try {
            member.enter(LiveKitSignaling.join(http, address, tokens, plan.room(), plan.name(), member::heard), pings);
            return member;
        } catch (IOException | InterruptedException | RuntimeException e) {
            member.close();
            throw e;
        }
    }

    private void enter(LiveKitSignaling joined, ScheduledExecutorService pings)
            throws IOException, InterruptedException {
        begin(joined);
        long period =
                joined.joined().pingIntervalSeconds() > 0 ? joined.joined().pingIntervalSeconds() : PING_SECONDS;
        pinging = pings.scheduleAtFixedRate(
                () -> joined.send(new SignalRequest.Ping(System.currentTimeMillis())),
                period,
                period,
                TimeUnit.SECONDS);
        var _ = joined.ended().exceptionally(failure -> {
            if (!closed) {
                LOG.warn("event=ended member={} why=\"{}\"", plan.name(), failure.getMessage());
            }
            return null;
        });
        if (!plan.publishes().isEmpty()) {
            publish(joined);
        }
        if (joined.joined().subscriberPrimary()) {
            boolean _ = joined.await(watching, "offer what is to be watched");
        }
    }

    /** What came before the signaling was known is heard now. */
    private synchronized void begin(LiveKitSignaling joined) {
        signaling = joined;
        early.forEach(this::heard);
        early = List.of();
    }

    // --- publishing ------------------------------------------------------------------------------------------------

    private void publish(LiveKitSignaling joined) throws IOException, InterruptedException {
        List<SectionPlan> sections = new ArrayList<>();
        for (SentTrack track : plan.publishes()) {
            joined.send(announcement(track));
            sections.add(new SectionPlan.Sends(track));
        }
        for (Map.Entry<String, CompletableFuture<String>> track : announced.entrySet()) {
            var _ = joined.await(track.getValue(), "take the track " + track.getKey());
        }
        BotConnection connection = publishing();
        joined.send(new SignalRequest.Offer(connection.offer(sections)));
        connection.acceptAnswer(joined.await(answer, "answer the offer"));
    }

    static SignalRequest.AddTrack announcement(SentTrack track) {
        MediaClip clip = track.clip();
        String codec = clip.codec().encodingName().toLowerCase(Locale.ROOT);
        return new SignalRequest.AddTrack(
                track.label(), clip.isAudio(), codec, clip.isAudio() ? List.of() : layers(clip));
    }

    /** The encodings of simulcast, or else the spatial layers of the only one; the largest is always HIGH. */
    private static List<SignalRequest.Layer> layers(MediaClip clip) {
        List<SignalRequest.Layer> layers = new ArrayList<>();
        Encoding largest = clip.encodings().getLast();
        int count = clip.isSimulcast() ? clip.encodings().size() : largest.spatialLayers();
        SignalRequest.Quality[] qualities = SignalRequest.Quality.values();
        for (int i = 0; i < count; i++) {
            Encoding encoding = clip.isSimulcast() ? clip.encodings().get(i) : largest;
            // Spatial layers are each twice as wide and high as the one below.
            int halvings = clip.isSimulcast() ? 0 : count - 1 - i;
            layers.add(new SignalRequest.Layer(
                    qualities[Math.max(0, qualities.length - count + i)],
                    encoding.width() >> halvings,
                    encoding.height() >> halvings,
                    (long) (8 * encoding.bytes() / clip.seconds()) >> 2 * halvings));
        }
        return layers;
    }

    // --- what the server says --------------------------------------------------------------------------------------

    private synchronized void heard(SignalResponse response) {
        LiveKitSignaling joined = signaling;
        if (joined == null) {
            early.add(response);
            return;
        }
        try {
            handle(joined, response);
        } catch (IOException e) {
            LOG.warn("event=not-understood member={} why=\"{}\"", plan.name(), e.getMessage());
            watching.completeExceptionally(e);
        }
    }

    private void handle(LiveKitSignaling joined, SignalResponse response) throws IOException {
        switch (response) {
            case SignalResponse.Joined entered -> learn(joined, entered.members());
            case SignalResponse.Changed changed -> learn(joined, changed.members());
            case SignalResponse.Answer(String sdp) -> answer.complete(sdp);
            case SignalResponse.Offer(String sdp, long id) -> onOffer(joined, sdp, id);
            case SignalResponse.Candidate(String init, boolean ofPublisher) -> onCandidate(init, ofPublisher);
            case SignalResponse.Published(String label) -> {
                CompletableFuture<String> taken = announced.get(label);
                if (taken != null) {
                    taken.complete(label);
                }
            }
            case SignalResponse.Refused(long reason, String message) ->
                refused("LiveKit refuses a request, by reason " + reason + ": " + message);
            case SignalResponse.NotWatched(String sid, String why) ->
                LOG.warn("event=not-watched member={} track={} why=\"{}\"", plan.name(), sid, why);
            case SignalResponse.Left _, SignalResponse.Other _ -> {
                // The session's end is the signaling's to tell; who speaks, a bot does not mind.
            }
        }
    }

    /** Of a bot's requests it is only a track that can be refused. */
    private void refused(String why) {
        LOG.warn("event=refused member={} why=\"{}\"", plan.name(), why);
        announced.values().forEach(taken -> taken.completeExceptionally(new IOException(why)));
    }

    private void onCandidate(String init, boolean ofPublisher) throws IOException {
        String candidate;
        try {
            candidate = JSON.readTree(init).path("candidate").asString("");
        } catch (JacksonException e) {
            throw new IOException("a candidate that is no JSON: " + e.getOriginalMessage(), e);
        }
        (ofPublisher ? publishing() : receiving()).addRemoteCandidate(candidate);
    }

    private synchronized BotConnection publishing() throws IOException {
        BotConnection connection = publishing;
        if (connection == null) {
            connection = connections.open(plan.name());
            publishing = connection;
            open.add(connection);
        }
        return connection;
    }

    // --- watching --------------------------------------------------------------------------------------------------

    private BotConnection receiving() throws IOException {
        BotConnection connection = receiving;
        if (connection == null) {
            connection = connections.open(plan.name());
            receiving = connection;
            open.add(connection);
        }
        return connection;
    }

    private void onOffer(LiveKitSignaling joined, String sdp, long id) throws IOException {
        if (closed) {
            return;
        }
        String answered = receiving().answer(sdp);
        shown = tracksOf(sdp);
        expect(joined);
        joined.send(new SignalRequest.Answer(answered, id));
        watching.complete(true);
    }

    /** Which track, by the server's name, each section of an offer sends. */
    private static Map<String, String> tracksOf(String offer) throws IOException {
        Map<String, String> tracks = new HashMap<>();
        try {
            for (MediaSection section : SessionDescription.parse(offer).sections()) {
                boolean sends = !section.isRejected() && section.direction().sends();
                for (Msid msid : sends ? section.msids() : List.<Msid>of()) {
                    tracks.put(section.mid(), msid.trackId());
                }
            }
        } catch (SdpException e) {
            throw new IOException("an offer that does not parse: " + e.getMessage(), e);
        }
        return tracks;
    }

    private void learn(LiveKitSignaling joined, List<SignalResponse.Participant> members) {
        for (SignalResponse.Participant member : members) {
            for (SignalResponse.Track track : member.tracks()) {
                SentTrack sent = wanted.get(member.identity() + "/" + track.name());
                if (sent != null) {
                    bySid.put(track.sid(), sent);
                }
            }
        }
        expect(joined);
    }

    /** Tells the bot's connection what its sections show, as far as that is known and new. */
    private void expect(LiveKitSignaling joined) {
        BotConnection connection = receiving;
        if (connection == null) {
            return;
        }
        Set<String> gone = new HashSet<>(expected.keySet());
        gone.removeAll(shown.keySet());
        for (String mid : gone) {
            expected.remove(mid);
            connection.expectNothing(mid);
        }
        shown.forEach((mid, sid) -> {
            SentTrack track = bySid.get(sid);
            if (track != null && !sid.equals(expected.put(mid, sid))) {
                connection.expect(mid, track);
                if (!track.isAudio()) {
                    joined.send(new SignalRequest.WatchLargest(sid));
                }
            }
        });
    }

    @Override
    public List<BotConnection> connections() {
        return List.copyOf(open);
    }

    @Override
    public void close() {
        closed = true;
        Future<?> pings = pinging;
        if (pings != null) {
            pings.cancel(false);
        }
        LiveKitSignaling joined = signaling;
        if (joined != null) {
            joined.close();
        }
        open.forEach(BotConnection::close);
    }
}
