package dev.parley.benchmarks.jitsi;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How a videobridge is to be reached by an endpoint, as it answers the endpoint's creation.
 *
 * @param candidates as SDP writes them (RFC 8839 §5.1), beginning with {@code candidate:}
 * @param webSockets where the endpoint can say what it wants; empty if the bridge has none
 */
record BridgeTransport(IceCredentials ice, Fingerprint fingerprint, List<String> candidates, List<URI> webSockets) {
    BridgeTransport {
        candidates = List.copyOf(candidates);
        webSockets = List.copyOf(webSockets);
    }

    /**
     * Reads an answer.
     *
     * @throws IOException if it does not tell of this endpoint, or not enough
     */
    static BridgeTransport of(JsonNode answer, String endpoint) throws IOException {
        JsonNode transport = transport(answer, endpoint);
        String ufrag = transport.path("ufrag").asString("");
        String password = transport.path("pwd").asString("");
        if (!IceCredentials.isValid(ufrag, password)) {
            throw new IOException("the videobridge tells no ICE credentials for " + endpoint + ": " + answer);
        }
        List<String> candidates = new ArrayList<>();
        for (JsonNode candidate : transport.path("candidates")) {
            candidates.add(sdp(candidate));
        }
        List<URI> webSockets = new ArrayList<>();
        for (JsonNode webSocket : transport.path("web-sockets")) {
            webSockets.add(uri(webSocket.asString("")));
        }
        return new BridgeTransport(
                new IceCredentials(ufrag, password), fingerprint(transport, endpoint), candidates, webSockets);
    }

    private static JsonNode transport(JsonNode answer, String endpoint) throws IOException {
        for (JsonNode one : answer.path("endpoints")) {
            if (one.path("id").asString("").equals(endpoint)) {
                // The outer one is Colibri2's, the inner one Jingle's.
                return one.path("transport").path("transport");
            }
        }
        throw new IOException("the videobridge does not speak of the endpoint " + endpoint + ": " + answer);
    }

    private static Fingerprint fingerprint(JsonNode transport, String endpoint) throws IOException {
        for (JsonNode told : transport.path("fingerprints")) {
            if (told.path("setup").asString("").equals("active")) {
                throw new IOException("the videobridge wants to begin the DTLS handshake, as bots do");
            }
            Fingerprint fingerprint = Fingerprint.parse(told.path("hash").asString("") + " "
                    + told.path("fingerprint").asString(""));
            if (fingerprint != null) {
                return fingerprint;
            }
        }
        throw new IOException("the videobridge tells no fingerprint that can be checked for " + endpoint);
    }

    private static String sdp(JsonNode candidate) {
        return "candidate:" + candidate.path("foundation").asString("1")
                + " " + candidate.path("component").asString("1")
                + " " + candidate.path("protocol").asString("")
                + " " + candidate.path("priority").asString("0")
                + " " + candidate.path("ip").asString("")
                + " " + candidate.path("port").asString("0")
                + " typ " + candidate.path("type").asString("host");
    }

    private static URI uri(String text) throws IOException {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("the videobridge tells a WebSocket that is no URL: " + text, e);
        }
    }
}
