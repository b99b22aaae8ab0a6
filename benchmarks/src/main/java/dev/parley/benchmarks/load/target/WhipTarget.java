package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.bot.SectionPlan;
import dev.parley.benchmarks.load.bot.SentTrack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Any server by WHIP (RFC 9725) and WHEP: a connection for what a member publishes, and one for each member that it
 * watches. It must run already.
 */
public final class WhipTarget implements Target {
    private static final Logger LOG = LoggerFactory.getLogger(WhipTarget.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int CREATED = 201;
    private static final int NOT_FOUND = 404;
    private static final int TRIES = 50;
    private static final long RETRY_MS = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String whip;
    private final String whep;
    private final long pid;

    /**
     * A target.
     *
     * @param whip the URL to publish at, with {@code {room}} and {@code {member}} in it
     * @param whep the URL to watch at, with {@code {room}} and the watched one's {@code {member}} in it
     * @param pid of the server, 0 if it runs elsewhere
     */
    public WhipTarget(String whip, String whep, long pid) {
        this.whip = whip;
        this.whep = whep;
        this.pid = pid;
    }

    /** Parley's paths at a server's address. */
    public static WhipTarget parley(String address, long pid) {
        return new WhipTarget(
                address + "/whip/{room}?identity={member}", address + "/whep/{room}?participant={member}", pid);
    }

    @Override
    public String name() {
        return "whip";
    }

    @Override
    public ServerFacts start(ServerPlan plan) {
        return new ServerFacts("a server with WHIP", "", pid, List.of(), Map.of("whip", whip, "whep", whep), true);
    }

    @Override
    public Member join(MemberPlan plan, BotConnections connections) throws IOException, InterruptedException {
        Sessions member = new Sessions(http);
        try {
            if (!plan.publishes().isEmpty()) {
                BotConnection connection = member.add(connections.open(plan.name()));
                List<SectionPlan> sections = new ArrayList<>();
                plan.publishes().forEach(track -> sections.add(new SectionPlan.Sends(track)));
                post(whip, plan.room(), plan.name(), connection, sections, member);
            }
            for (Map.Entry<String, List<SentTrack>> watched :
                    byMember(plan.watches()).entrySet()) {
                watch(plan, watched.getKey(), watched.getValue(), connections, member);
            }
            return member;
        } catch (IOException | InterruptedException | RuntimeException e) {
            member.close();
            throw e;
        }
    }

    private static Map<String, List<SentTrack>> byMember(List<SentTrack> tracks) {
        Map<String, List<SentTrack>> byMember = new LinkedHashMap<>();
        for (SentTrack track : tracks) {
            byMember.computeIfAbsent(track.member(), _ -> new ArrayList<>()).add(track);
        }
        return byMember;
    }

    private void watch(
            MemberPlan plan, String watched, List<SentTrack> tracks, BotConnections connections, Sessions member)
            throws IOException, InterruptedException {
        BotConnection connection = member.add(connections.open(plan.name() + "<" + watched));
        List<SectionPlan> sections = new ArrayList<>();
        tracks.forEach(
                track -> sections.add(new SectionPlan.Receives(track.clip().codec())));
        post(whep, plan.room(), watched, connection, sections, member);
        for (int i = 0; i < tracks.size(); i++) {
            connection.expect(Integer.toString(i), tracks.get(i));
        }
    }

    /** Offers; a server that does not know yet what is to be watched is asked again. */
    private void post(
            String template,
            String room,
            String memberName,
            BotConnection connection,
            List<SectionPlan> sections,
            Sessions member)
            throws IOException, InterruptedException {
        URI address = URI.create(template.replace("{room}", room).replace("{member}", memberName));
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(connection.offer(sections)))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        for (int i = 0; response.statusCode() == NOT_FOUND && i < TRIES; i++) {
            Thread.sleep(RETRY_MS);
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        if (response.statusCode() != CREATED) {
            throw new IOException(address + " answers " + response.statusCode() + ": " + response.body());
        }
        response.headers().firstValue("Location").ifPresent(place -> member.sessions.add(address.resolve(place)));
        connection.acceptAnswer(response.body());
    }

    /** The HTTP sessions of a member, which it ends by leaving. */
    private static final class Sessions implements Member {
        private final HttpClient http;
        private final List<BotConnection> connections = new ArrayList<>();
        private final List<URI> sessions = new ArrayList<>();

        Sessions(HttpClient http) {
            this.http = http;
        }

        BotConnection add(BotConnection connection) {
            connections.add(connection);
            return connection;
        }

        @Override
        public List<BotConnection> connections() {
            return List.copyOf(connections);
        }

        @Override
        public void close() {
            for (URI session : sessions) {
                try {
                    HttpRequest delete = HttpRequest.newBuilder(session)
                            .timeout(TIMEOUT)
                            .DELETE()
                            .build();
                    var _ = http.send(delete, HttpResponse.BodyHandlers.discarding());
                } catch (IOException e) {
                    LOG.debug("event=session-not-deleted", e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            connections.forEach(BotConnection::close);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
