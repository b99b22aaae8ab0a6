package dev.parley.benchmarks.jitsi;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.sdp.CodecDescription;
import dev.parley.sfu.sdp.ExtMap;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.sdp.SsrcGroup;
import dev.parley.sfu.sdp.TransportDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bot as a videobridge is told of it in Colibri2's JSON: what its offer says, all sections of a kind as one medium. Left
 * out is what tells streams by section or rid, as the bridge knows them by SSRC.
 *
 * @param id the bridge's name for it, unique in its conference
 * @param statsId what the bridge's log calls it
 */
record ColibriEndpoint(String id, String statsId, SessionDescription offer) {
    private static final Set<RtpExtension> UNKNOWN_TO_BRIDGE =
            Set.of(RtpExtension.MID, RtpExtension.RID, RtpExtension.REPAIRED_RID);

    private static final String ICE_UDP = "urn:xmpp:jingle:transports:ice-udp:1";

    /** What a source of an endpoint is called: as Jitsi's clients name the first of each kind. */
    static String sourceName(String endpoint, boolean audio) {
        return endpoint + (audio ? "-a0" : "-v0");
    }

    /** Whether a header extension may be used on a connection to a bridge. */
    static boolean isKnownToBridge(RtpExtension extension) {
        return !UNKNOWN_TO_BRIDGE.contains(extension);
    }

    // --- requests --------------------------------------------------------------------------------------------------

    /** Makes the endpoint; the answer says how to reach the bridge. */
    ObjectNode creation() {
        ObjectNode request = ColibriClient.object();
        ObjectNode endpoint = endpoint(request).put("create", true).put("stats-id", statsId);
        // Without this the bridge makes none.
        endpoint.putArray("capabilities").add("source-names");
        medias(endpoint.putArray("medias"));
        endpoint.putObject("transport").put("ice-controlling", false);
        return request;
    }

    /** Says how to reach the bot and what it sends. */
    ObjectNode description() {
        ObjectNode request = ColibriClient.object();
        ObjectNode endpoint = endpoint(request);
        transport(endpoint.putObject("transport").putObject("transport"));
        List<MediaSection> sending = offer.sections().stream()
                .filter(section -> section.direction().sends())
                .toList();
        if (!sending.isEmpty()) {
            ArrayNode sources = endpoint.putArray("sources");
            sending.forEach(section -> source(sources.addObject(), section));
        }
        return request;
    }

    /** Ends the endpoint. */
    ObjectNode expiry() {
        ObjectNode request = ColibriClient.object();
        ObjectNode _ = endpoint(request).put("expire", true);
        return request;
    }

    private ObjectNode endpoint(ObjectNode request) {
        return request.putArray("endpoints").addObject().put("id", id);
    }

    // --- media -----------------------------------------------------------------------------------------------------

    private void medias(ArrayNode medias) {
        Map<String, List<MediaSection>> byKind = new LinkedHashMap<>();
        for (MediaSection section : offer.sections()) {
            byKind.computeIfAbsent(section.media(), _ -> new ArrayList<>()).add(section);
        }
        byKind.forEach((kind, sections) -> medium(medias.addObject().put("type", kind), sections));
    }

    private static void medium(ObjectNode media, List<MediaSection> sections) {
        ArrayNode payloadTypes = media.putArray("payload-types");
        ArrayNode extensions = media.putArray("rtp-hdrexts");
        Set<Integer> types = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        for (MediaSection section : sections) {
            for (CodecDescription codec : section.codecs()) {
                if (types.add(codec.payloadType())) {
                    payloadType(payloadTypes.addObject(), codec);
                }
            }
            for (ExtMap extension : section.extensions()) {
                RtpExtension known = RtpExtension.fromUri(extension.uri());
                if (known != null && isKnownToBridge(known) && ids.add(extension.id())) {
                    extensions.addObject().put("uri", extension.uri()).put("id", extension.id());
                }
            }
        }
        media.put("extmap-allow-mixed", true);
    }

    private static void payloadType(ObjectNode type, CodecDescription codec) {
        // Numbers are texts here: they are attributes of XML elsewhere.
        type.put("name", codec.name())
                .put("id", Integer.toString(codec.payloadType()))
                .put("clockrate", Integer.toString(codec.clockRate()))
                .put("channels", Integer.toString(codec.channels()));
        if (!codec.parameters().isEmpty()) {
            ObjectNode parameters = type.putObject("parameters");
            codec.parameters().forEach(parameters::put);
        }
        if (!codec.feedback().isEmpty()) {
            ArrayNode feedback = type.putArray("rtcp-fbs");
            for (String value : codec.feedback()) {
                String[] words = value.split(" ", 2);
                ObjectNode one = feedback.addObject().put("type", words[0]);
                if (words.length > 1) {
                    one.put("subtype", words[1]);
                }
            }
        }
    }

    private void source(ObjectNode source, MediaSection section) {
        boolean audio = section.media().equals("audio");
        String name = sourceName(id, audio);
        ArrayNode sources = source.put("type", section.media()).put("id", name).putArray("sources");
        section.ssrcs()
                .forEach(told -> sources.addObject()
                        .put("ssrc", Integer.toUnsignedLong(told.ssrc()))
                        .put("name", name));
        if (!section.ssrcGroups().isEmpty()) {
            ArrayNode groups = source.putArray("ssrc-groups");
            for (SsrcGroup group : section.ssrcGroups()) {
                ArrayNode members =
                        groups.addObject().put("semantics", group.semantics()).putArray("sources");
                group.ssrcs().forEach(ssrc -> members.add(Integer.toUnsignedLong(ssrc)));
            }
        }
    }

    // --- transport -------------------------------------------------------------------------------------------------

    /** No candidates: the bridge learns the bot's address by its checks. */
    private void transport(ObjectNode transport) {
        TransportDescription own = offer.sections().getFirst().transport();
        IceCredentials ice = Objects.requireNonNull(own.ice(), "bots have credentials in each section");
        Fingerprint fingerprint = own.fingerprints().getFirst();
        transport
                .put("xmlns", ICE_UDP)
                .put("ufrag", ice.ufrag())
                .put("pwd", ice.password())
                .put("rtcp-mux", true);
        transport
                .putArray("fingerprints")
                .addObject()
                .put("hash", fingerprint.algorithm())
                .put("fingerprint", fingerprint.value())
                // Bots begin the handshake.
                .put("setup", "active");
    }
}
