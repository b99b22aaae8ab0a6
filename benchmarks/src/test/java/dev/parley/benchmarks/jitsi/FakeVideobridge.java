package dev.parley.benchmarks.jitsi;

import dev.parley.benchmarks.jitsi.FakeEndpoint.Source;
import dev.parley.benchmarks.jitsi.FakeWebServer.Reply;
import dev.parley.benchmarks.jitsi.FakeWebServer.Request;
import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.handshake.DtlsLimits;
import dev.parley.sfu.ice.IceCredentials;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that takes Colibri2 over REST, and refuses, as Jitsi Videobridge's sources say that it does, with media that
 * really is connected, encrypted and forwarded.
 */
final class FakeVideobridge implements FakeWebServer.Handler, AutoCloseable {
    private static final String CONFERENCES = "/colibri/v2/conferences";
    private static final String WEB_SOCKETS = "/colibri-ws/default-id/";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What a test may take away from it. */
    enum Lack {
        COLIBRI,
        WEB_SOCKETS,
        CONFERENCES,
        FINGERPRINT,
        /** One of fifty packets of video, until it is asked for. */
        PACKETS
    }

    /** Refuses a request. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String why) {
            super(why);
        }
    }

    private final Set<Lack> lacks;
    private final SecureRandom random = new SecureRandom();
    private final BouncyCastleDtls dtls =
            BouncyCastleDtls.server(DtlsCertificate.generate(random, Instant.now()), DtlsLimits.defaults());
    private final SrtpCipherProvider ciphers = SrtpCipherProviders.select("jdk", System::nanoTime);
    private final Map<String, FakeConference> conferences = new HashMap<>();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final FakeWebServer web;

    FakeVideobridge(Lack... lacks) throws IOException {
        this.lacks = Set.of(lacks);
        this.web = new FakeWebServer(this);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + web.port());
    }

    /** Bodies of all requests so far. */
    List<JsonNode> requests() {
        return requests;
    }

    synchronized int conferences() {
        return conferences.size();
    }

    synchronized int endpoints() {
        return conferences.values().stream()
                .mapToInt(conference -> conference.endpoints().size())
                .sum();
    }

    // --- REST ------------------------------------------------------------------------------------------------------

    @Override
    public synchronized Reply answer(Request request) throws IOException {
        if (request.target().equals("/about/version")) {
            return new Reply(200, "{\"name\":\"JVB\",\"version\":\"2.3.105-gfake\",\"os\":\"Linux\"}");
        }
        if (!request.target().startsWith(CONFERENCES) || lacks.contains(Lack.COLIBRI)) {
            return new Reply(404, "");
        }
        if (request.method().equals("GET")) {
            return new Reply(501, "");
        }
        JsonNode body = JSON.readTree(request.body());
        requests.add(body);
        try {
            return new Reply(200, modified(request, body).toString());
        } catch (RefusedException e) {
            return new Reply(
                    400,
                    JSON.createObjectNode()
                            .put("status", "400")
                            .put("message", "Failed to create conference: " + e.getMessage())
                            .toString());
        }
    }

    private ObjectNode modified(Request request, JsonNode body) throws IOException {
        boolean post = request.method().equals("POST");
        String meeting =
                post ? body.path("meeting-id").asString("") : request.target().substring(CONFERENCES.length() + 1);
        boolean create = body.path("create").asBoolean(false);
        FakeConference conference = conference(meeting, create);
        ObjectNode answer = JSON.createObjectNode();
        synchronized (conference) {
            validate(body.path("endpoints"));
            for (JsonNode endpoint : body.path("endpoints")) {
                endpoint(conference, endpoint, answer.withArray("endpoints").addObject());
            }
            boolean empty = !create && conference.endpoints().isEmpty();
            if (body.path("expire").asBoolean(false) || empty) {
                conferences.remove(meeting);
                conference.close();
            }
        }
        return answer;
    }

    private FakeConference conference(String meeting, boolean create) throws IOException {
        FakeConference found = conferences.get(meeting);
        if (create) {
            if (found != null || meeting.isEmpty()) {
                throw new RefusedException("Conference already exists");
            }
            if (lacks.contains(Lack.CONFERENCES)) {
                throw new RefusedException("In graceful shutdown");
            }
            found = new FakeConference(
                    Long.toHexString(random.nextLong()), random.nextInt() | 1, lacks.contains(Lack.PACKETS) ? 50 : 0);
            conferences.put(meeting, found);
        }
        if (found == null) {
            throw new RefusedException("Conference not found for ID: " + meeting);
        }
        return found;
    }

    private static void validate(JsonNode endpoints) throws IOException {
        for (JsonNode endpoint : endpoints) {
            boolean more = endpoint.path("create").asBoolean(false)
                    || endpoint.has("medias")
                    || endpoint.has("transport")
                    || endpoint.has("sources");
            if (endpoints.size() > 1 && more) {
                throw new RefusedException("Creating or updating more than one endpoint in a request.");
            }
        }
    }

    private void endpoint(FakeConference conference, JsonNode told, ObjectNode answer) throws IOException {
        String id = told.path("id").asString("");
        answer.put("id", id);
        FakeEndpoint endpoint = conference.endpoint(id);
        if (told.path("expire").asBoolean(false)) {
            if (endpoint != null) {
                conference.endpoints().remove(id);
                endpoint.close();
            }
            answer.put("expire", true);
            return;
        }
        if (told.path("create").asBoolean(false)) {
            if (endpoint != null) {
                throw new RefusedException("Endpoint with ID " + id + " already exists");
            }
            endpoint = create(conference, id, told);
            describe(conference, endpoint, answer);
        }
        if (endpoint == null) {
            throw new RefusedException("Unknown endpoint " + id);
        }
        JsonNode transport = told.path("transport").path("transport");
        if (transport.path("xmlns").asString("").equals("urn:xmpp:jingle:transports:ice-udp:1")) {
            connect(endpoint, transport);
        }
        if (told.has("sources")) {
            endpoint.sources().clear();
            for (JsonNode source : told.path("sources")) {
                endpoint.sources().add(source(source));
            }
        }
    }

    private FakeEndpoint create(FakeConference conference, String id, JsonNode told) throws IOException {
        if (!told.path("transport").isObject()) {
            throw new RefusedException("Attempt to create endpoint " + id + " with no <transport>");
        }
        List<String> capabilities = new ArrayList<>();
        told.path("capabilities").forEach(capability -> capabilities.add(capability.asString("")));
        if (!capabilities.contains("source-names")) {
            throw new RefusedException("Source name support is mandatory.");
        }
        // This one never begins checks itself, so it cannot be controlling.
        if (told.path("transport").path("ice-controlling").asBoolean(true)
                || told.path("medias").isEmpty()) {
            throw new RefusedException("an endpoint that cannot have media");
        }
        FakeEndpoint endpoint = new FakeEndpoint(conference, id, dtls, ciphers);
        conference.endpoints().put(id, endpoint);
        var _ = Thread.ofVirtual().start(endpoint);
        return endpoint;
    }

    private void describe(FakeConference conference, FakeEndpoint endpoint, ObjectNode answer) throws IOException {
        ObjectNode transport = answer.putObject("transport").putObject("transport");
        candidate(transport.putArray("candidates"), endpoint.port());
        transport
                .put("xmlns", "urn:xmpp:jingle:transports:ice-udp:1")
                .put("ufrag", endpoint.ice().ufrag())
                .put("pwd", endpoint.ice().password())
                .put("rtcp-mux", true);
        if (!lacks.contains(Lack.WEB_SOCKETS)) {
            transport
                    .putArray("web-sockets")
                    .add("ws://127.0.0.1:" + web.port() + WEB_SOCKETS + conference.id() + "/" + endpoint.id() + "?pwd="
                            + endpoint.ice().password());
        }
        if (!lacks.contains(Lack.FINGERPRINT)) {
            transport
                    .putArray("fingerprints")
                    .addObject()
                    .put("fingerprint", dtls.fingerprint().value())
                    .put("setup", "actpass")
                    .put("hash", dtls.fingerprint().algorithm());
        }
    }

    private static void candidate(ArrayNode candidates, int port) {
        // IPv6 and TCP are told too, and are for others.
        for (String[] address : new String[][] {{"udp", "::1"}, {"tcp", "127.0.0.1"}, {"udp", "127.0.0.1"}}) {
            candidates
                    .addObject()
                    .put("generation", "0")
                    .put("component", "1")
                    .put("protocol", address[0])
                    .put("port", Integer.toString(port))
                    .put("ip", address[1])
                    .put("foundation", "1")
                    .put("id", "5bbb5d5e101f870f0ffffffffdf286239")
                    .put("priority", "2130706431")
                    .put("type", "host")
                    .put("network", "0");
        }
    }

    private static void connect(FakeEndpoint endpoint, JsonNode transport) throws IOException {
        JsonNode told = transport.path("fingerprints").path(0);
        Fingerprint fingerprint = Fingerprint.parse(
                told.path("hash").asString("") + " " + told.path("fingerprint").asString(""));
        if (fingerprint == null || !told.path("setup").asString("").equals("active")) {
            throw new RefusedException("no fingerprint, or nobody begins the handshake");
        }
        endpoint.remote(
                new IceCredentials(
                        transport.path("ufrag").asString(""),
                        transport.path("pwd").asString("")),
                fingerprint);
    }

    private static Source source(JsonNode told) {
        boolean audio = told.path("type").asString("").equals("audio");
        List<Integer> encodings = new ArrayList<>();
        int retransmissions = 0;
        for (JsonNode group : told.path("ssrc-groups")) {
            JsonNode ssrcs = group.path("sources");
            if (group.path("semantics").asString("").equals("SIM")) {
                ssrcs.forEach(ssrc -> encodings.add((int) ssrc.asLong()));
            } else if (retransmissions == 0) {
                retransmissions = (int) ssrcs.path(1).asLong();
            }
        }
        if (encodings.isEmpty()) {
            encodings.add((int) told.path("sources").path(0).path("ssrc").asLong());
        }
        return new Source(told.path("id").asString(""), audio, encodings, retransmissions);
    }

    // --- WebSockets ------------------------------------------------------------------------------------------------

    @Override
    public synchronized @Nullable String welcome(String target) {
        FakeEndpoint endpoint = byWebSocket(target);
        boolean known =
                endpoint != null && target.endsWith("?pwd=" + endpoint.ice().password());
        return known ? "{\"colibriClass\":\"ServerHello\"}" : null;
    }

    private @Nullable FakeEndpoint byWebSocket(String target) {
        String[] ids = target.substring(WEB_SOCKETS.length()).split("[/?]", 3);
        return conferences.values().stream()
                .filter(conference -> conference.id().equals(ids[0]))
                .map(conference -> conference.endpoint(ids[1]))
                .findFirst()
                .orElse(null);
    }

    @Override
    public synchronized void heard(String target, String text) {
        JsonNode message = JSON.readTree(text);
        requests.add(message);
        FakeEndpoint endpoint = byWebSocket(target);
        if (endpoint != null && message.path("colibriClass").asString("").equals("ReceiverVideoConstraints")) {
            message.path("constraints")
                    .properties()
                    .forEach(one -> endpoint.wants(
                            one.getKey(), one.getValue().path("maxHeight").asInt(0)));
        }
    }

    @Override
    public void close() throws IOException {
        web.close();
        for (FakeConference conference : conferences.values()) {
            conference.close();
        }
    }
}
