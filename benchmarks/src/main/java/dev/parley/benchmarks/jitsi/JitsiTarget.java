package dev.parley.benchmarks.jitsi;

import dev.parley.benchmarks.load.bot.BotConnections;
import dev.parley.benchmarks.load.target.Member;
import dev.parley.benchmarks.load.target.MemberPlan;
import dev.parley.benchmarks.load.target.ServerFacts;
import dev.parley.benchmarks.load.target.ServerPlan;
import dev.parley.benchmarks.load.target.Target;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A Jitsi Videobridge that runs, by Colibri2 over REST: what Jicofo does for it elsewhere is done here. */
public final class JitsiTarget implements Target {
    private final URI address;
    private final long pid;
    private final ColibriClient bridge;
    private final Random random = new Random();
    private final Map<String, Conference> conferences = new HashMap<>();

    /**
     * A target.
     *
     * @param address of the bridge's private HTTP interface, such as {@code http://localhost:8080}
     * @param pid its process, or 0 if it is not to be seen, and with it what it costs
     */
    public JitsiTarget(URI address, long pid) {
        this.address = address;
        this.pid = pid;
        this.bridge = new ColibriClient(address);
    }

    @Override
    public String name() {
        return "jitsi";
    }

    @Override
    public ServerFacts start(ServerPlan plan) throws IOException, InterruptedException {
        if (address.getHost() == null || !String.valueOf(address.getScheme()).matches("https?")) {
            throw new IOException("a videobridge's address is such as http://localhost:8080, not " + address);
        }
        return new ServerFacts(
                "Jitsi Videobridge",
                bridge.check(),
                pid,
                List.of(),
                Map.of(
                        "address", address.toString(),
                        "srtp", "AES-128-GCM, as the bots offer nothing else",
                        "api", "Colibri2 over REST, a WebSocket an endpoint",
                        "ssrcs", "as the publishers have them, without rewriting",
                        "layers", "up to 2160 lines, by ReceiverVideoConstraints"),
                true);
    }

    @Override
    public Member join(MemberPlan plan, BotConnections connections) throws IOException, InterruptedException {
        Conference conference = enter(plan.room());
        JitsiMember member;
        try {
            member = new JitsiMember(plan, conference, connections.open(plan.name()), bridge, this::leave);
        } catch (IOException e) {
            boolean _ = isLast(conference);
            throw e;
        }
        try {
            member.join();
            return member;
        } catch (IOException | InterruptedException | RuntimeException e) {
            member.close();
            throw e;
        }
    }

    /** One more is in the room, which is made if nobody was. */
    private synchronized Conference enter(String room) throws IOException, InterruptedException {
        Conference conference = conferences.get(room);
        if (conference == null) {
            conference = new Conference(room, random.nextInt());
            bridge.create(conference.creation());
            conferences.put(room, conference);
        }
        int _ = conference.addMembers(1);
        return conference;
    }

    /** The last takes the conference along, as the bridge itself would: who comes then has a new one. */
    private void leave(JitsiMember member) {
        Conference conference = member.conference();
        ColibriEndpoint endpoint = member.endpoint();
        // Not affected by an interrupt that ends the run.
        if (isLast(conference)) {
            Object _ = bridge.tell(conference.meetingId(), Conference.expiry()).join();
        } else if (endpoint != null) {
            Object _ = bridge.tell(conference.meetingId(), endpoint.expiry()).join();
        }
    }

    private synchronized boolean isLast(Conference conference) {
        return conference.addMembers(-1) == 0 && conferences.remove(conference.room(), conference);
    }

    @Override
    public void close() {
        List<Conference> left;
        synchronized (this) {
            left = List.copyOf(conferences.values());
            conferences.clear();
        }
        CompletableFuture<?>[] told = left.stream()
                .map(conference -> bridge.tell(conference.meetingId(), Conference.expiry()))
                .toArray(CompletableFuture<?>[]::new);
        Object _ = CompletableFuture.allOf(told).join();
        bridge.close();
    }
}
