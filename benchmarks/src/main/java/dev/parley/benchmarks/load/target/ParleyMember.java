package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.load.bot.BotConnection;
import dev.parley.benchmarks.load.bot.SectionPlan;
import dev.parley.benchmarks.load.bot.SentTrack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A bot in a room of Parley: one connection, a slot for each track that it is to watch. */
final class ParleyMember implements Member {
    private static final Logger LOG = LoggerFactory.getLogger(ParleyMember.class);
    private static final long LEAVE_MS = 500;

    private final MemberPlan plan;
    private final BotConnection connection;
    private final Map<String, Integer> wanted = new HashMap<>();
    private final Set<String> watched = new HashSet<>();
    private @Nullable SignalingSocket signaling;
    private List<JsonNode> early = new ArrayList<>();
    private boolean joined;

    private ParleyMember(MemberPlan plan, BotConnection connection) {
        this.plan = plan;
        this.connection = connection;
        for (int i = 0; i < plan.watches().size(); i++) {
            wanted.put(plan.watches().get(i).toString(), i);
        }
    }

    static ParleyMember join(MemberPlan plan, BotConnection connection, HttpClient http, URI address)
            throws IOException, InterruptedException {
        ParleyMember member = new ParleyMember(plan, connection);
        try {
            SignalingSocket signaling = SignalingSocket.open(http, address, member::onEvent);
            member.signaling = signaling;
            member.onJoined(signaling.call(member.request(), "joined"));
            return member;
        } catch (IOException | InterruptedException | RuntimeException e) {
            member.close();
            throw e;
        }
    }

    private ObjectNode request() {
        List<SectionPlan> sections = new ArrayList<>();
        ObjectNode join = SignalingSocket.message("join");
        ArrayNode tracks = join.putArray("tracks");
        for (SentTrack track : plan.publishes()) {
            tracks.addObject()
                    .put("mid", Integer.toString(sections.size()))
                    .put("source", track.isAudio() ? "microphone" : "camera");
            sections.add(new SectionPlan.Sends(track));
        }
        for (SentTrack track : plan.watches()) {
            sections.add(new SectionPlan.Receives(track.clip().codec()));
        }
        return join.put("room", plan.room())
                .put("identity", plan.name())
                .put("name", plan.name())
                .put("sdp", connection.offer(sections));
    }

    private synchronized void onJoined(JsonNode reply) throws IOException {
        connection.acceptAnswer(reply.path("answer").path("sdp").asString(""));
        joined = true;
        reply.path("participants").forEach(this::watch);
        // Events of a moment after the reply may have been handled before it was.
        early.forEach(this::onEvent);
        early = List.of();
    }

    private synchronized void onEvent(JsonNode event) {
        if (!joined) {
            early.add(event);
            return;
        }
        switch (event.path("type").asString("")) {
            case "participant-joined", "participant-updated" -> watch(event.path("participant"));
            case "slot-undecodable", "closing", "error" -> LOG.warn("event=told member={} what={}", plan.name(), event);
            default -> {
                // Who speaks, who has left: a bot does not mind.
            }
        }
    }

    private void watch(JsonNode participant) {
        String identity = participant.path("identity").asString("");
        for (JsonNode track : participant.path("tracks")) {
            String name = identity + "/" + track.path("clientTrackId").asString("");
            Integer index = wanted.get(name);
            if (index != null && watched.add(name)) {
                subscribe(index, track.path("id").asString(""));
            }
        }
    }

    private void subscribe(int index, String trackId) {
        String slot = Integer.toString(plan.publishes().size() + index);
        connection.expect(slot, plan.watches().get(index));
        SignalingSocket open = signaling;
        if (open == null) {
            return;
        }
        var _ = open.request(
                        SignalingSocket.message("subscribe").put("slot", slot).put("trackId", trackId))
                .whenComplete((reply, failure) -> {
                    if (failure != null || !reply.path("type").asString("").equals("ok")) {
                        LOG.warn(
                                "event=not-subscribed member={} why={}",
                                plan.name(),
                                failure == null ? reply : failure);
                    }
                });
    }

    @Override
    public List<BotConnection> connections() {
        return List.of(connection);
    }

    @Override
    public void close() {
        SignalingSocket open = signaling;
        if (open != null) {
            try {
                var _ = open.request(SignalingSocket.message("leave")).get(LEAVE_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("event=no-goodbye member={}", plan.name(), e);
            }
            open.close();
        }
        connection.close();
    }
}
