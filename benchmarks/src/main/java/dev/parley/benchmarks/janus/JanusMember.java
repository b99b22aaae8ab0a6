package dev.parley.benchmarks.janus;

import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.bot.SectionPlan;
import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bot in a video room, as Janus's own web page does it: one connection to publish by, which the bot offers, and one for
 * everything that is watched, which Janus offers and offers anew whenever somebody is added.
 */
final class JanusMember implements Member {
    /** Of three, 0 to 2; what is not there is as if the highest had been asked for. */
    private static final int TOP_SUBSTREAM = 2;

    private static final int ALL_TEMPORAL_LAYERS = 2;

    private final JanusSession session;
    private final MemberPlan plan;
    private final BotConnections connections;
    private final Map<String, List<SentTrack>> published;
    private final List<BotConnection> open = new CopyOnWriteArrayList<>();

    /** Guards what follows, one exchange about watching at a time included. */
    private final ReentrantLock watching = new ReentrantLock();
    /** Feeds that are in the room and not watched yet, by their id; the mids of their sections. */
    private final Map<String, JsonNode> news = new LinkedHashMap<>();

    private final Set<String> watched = new HashSet<>();
    private final Map<String, String> displays = new HashMap<>();
    private @Nullable BotConnection receiving;
    private long publisher;
    private long subscriber;
    private volatile boolean closed;

    private JanusMember(
            JanusSession session, MemberPlan plan, BotConnections connections, Map<String, List<SentTrack>> published) {
        this.session = session;
        this.plan = plan;
        this.connections = connections;
        this.published = published;
    }

    static JanusMember join(
            JanusSession session, MemberPlan plan, BotConnections connections, Map<String, List<SentTrack>> published)
            throws IOException, InterruptedException {
        JanusMember member = new JanusMember(session, plan, connections, published);
        try {
            member.enter();
            return member;
        } catch (IOException | InterruptedException e) {
            member.close();
            throw e;
        }
    }

    private void enter() throws IOException, InterruptedException {
        publisher = session.attach();
        session.api().listen(publisher, this::heard);
        ObjectNode join = request("join")
                .put("ptype", "publisher")
                .put("room", plan.room())
                .put("display", plan.name());
        JsonNode joined = session.ask("join a room", publisher, join);
        if (!plan.publishes().isEmpty()) {
            publish();
        }
        arrived(data(joined).path("publishers"));
        watch();
    }

    private void publish() throws IOException, InterruptedException {
        BotConnection sending = connections.open(plan.name());
        open.add(sending);
        List<SectionPlan> sections = new ArrayList<>();
        plan.publishes().forEach(track -> sections.add(new SectionPlan.Sends(track)));
        String offer = sending.offer(sections);
        JsonNode answer = session.ask("publish", publisher, request("publish"), "offer", offer);
        sending.acceptAnswer(sdp(answer));
    }

    private ObjectNode request(String name) {
        return session.api().object().put("request", name);
    }

    private static JsonNode data(JsonNode message) {
        return message.path("plugindata").path("data");
    }

    private static String sdp(JsonNode message) throws IOException {
        String sdp = message.path("jsep").path("sdp").asString("");
        if (sdp.isEmpty()) {
            throw new IOException("Janus has sent no description where one was due: " + message);
        }
        return sdp;
    }

    // --- watching --------------------------------------------------------------------------------------------------

    /** On the thread that takes messages. */
    private void heard(JsonNode message) {
        JsonNode publishers = data(message).path("publishers");
        if (publishers.isArray() && !publishers.isEmpty()) {
            var _ = Thread.ofVirtual().start(() -> {
                arrived(publishers);
                watchOrSay();
            });
        }
    }

    private void watchOrSay() {
        try {
            watch();
        } catch (IOException e) {
            if (!closed) {
                System.err.println("parley: " + plan.name() + ": " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void arrived(JsonNode publishers) {
        watching.lock();
        try {
            for (JsonNode one : publishers) {
                String feed = one.path("id").asString("");
                displays.put(feed, one.path("display").asString(""));
                if (!watched.contains(feed)
                        && !wanted(feed, one.path("streams")).isEmpty()) {
                    news.put(feed, one.path("streams"));
                }
            }
        } finally {
            watching.unlock();
        }
    }

    /** The mids of a feed's sections that this member is to watch. */
    private List<String> wanted(String feed, JsonNode streams) {
        List<String> mids = new ArrayList<>();
        for (JsonNode stream : streams) {
            String mid = stream.path("mid").asString("");
            SentTrack track = track(feed, mid);
            if (track != null && plan.watches().contains(track)) {
                mids.add(mid);
            }
        }
        return mids;
    }

    /** A bot's mids count its tracks. */
    private @Nullable SentTrack track(String feed, String mid) {
        List<SentTrack> tracks = published.getOrDefault(displays.getOrDefault(feed, ""), List.of());
        int index = mid.matches("\\d{1,3}") ? Integer.parseInt(mid) : tracks.size();
        return index < tracks.size() ? tracks.get(index) : null;
    }

    /** Watches all that is new, in one exchange. */
    private void watch() throws IOException, InterruptedException {
        watching.lock();
        try {
            if (news.isEmpty() || closed) {
                return;
            }
            ArrayNode streams = session.api().object().putArray("streams");
            news.forEach((feed, sections) -> wanted(feed, sections)
                    .forEach(mid -> streams.addObject().put("feed", feed).put("mid", mid)));
            watched.addAll(news.keySet());
            news.clear();
            JsonNode offer = subscriber == 0 ? subscribeFirst(streams) : subscribeMore(streams);
            BotConnection connection = receiving();
            String answer = connection.answer(sdp(offer));
            expect(connection, data(offer).path("streams"));
            var _ = session.ask("start", subscriber, request("start"), "answer", answer);
            askForTopLayers(data(offer).path("streams"));
        } finally {
            watching.unlock();
        }
    }

    private JsonNode subscribeFirst(ArrayNode streams) throws IOException, InterruptedException {
        subscriber = session.attach();
        ObjectNode join = request("join").put("ptype", "subscriber").put("room", plan.room());
        join.set("streams", streams);
        return session.ask("subscribe", subscriber, join);
    }

    private JsonNode subscribeMore(ArrayNode streams) throws IOException, InterruptedException {
        ObjectNode more = request("subscribe");
        more.set("streams", streams);
        return session.ask("subscribe to more", subscriber, more);
    }

    private BotConnection receiving() throws IOException {
        BotConnection connection = receiving;
        if (connection == null) {
            connection = connections.open(plan.name());
            receiving = connection;
            open.add(connection);
        }
        return connection;
    }

    private void expect(BotConnection connection, JsonNode streams) {
        for (JsonNode stream : streams) {
            SentTrack track = track(
                    stream.path("feed_id").asString(""), stream.path("feed_mid").asString(""));
            if (track != null) {
                connection.expect(stream.path("mid").asString(""), track);
            }
        }
    }

    /** Left alone, Janus sends the lowest. */
    private void askForTopLayers(JsonNode streams) throws IOException, InterruptedException {
        ObjectNode configure = request("configure");
        ArrayNode changes = configure.putArray("streams");
        for (JsonNode stream : streams) {
            SentTrack track = track(
                    stream.path("feed_id").asString(""), stream.path("feed_mid").asString(""));
            if (track != null && track.clip().isSimulcast()) {
                changes.addObject()
                        .put("mid", stream.path("mid").asString(""))
                        .put("substream", TOP_SUBSTREAM)
                        .put("temporal", ALL_TEMPORAL_LAYERS);
            }
        }
        if (!changes.isEmpty()) {
            var _ = session.ask("send the top layers", subscriber, configure);
        }
    }

    @Override
    public List<BotConnection> connections() {
        return List.copyOf(open);
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(BotConnection::close);
        for (long handle : List.of(subscriber, publisher)) {
            if (handle != 0) {
                session.detach(handle);
            }
        }
    }
}
