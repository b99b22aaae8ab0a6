package dev.parley.sfu;

import java.util.Map;

/**
 * An SDP offer and what the application says of its sending media sections.
 *
 * @param sdp the offer (RFC 8866), with BUNDLE and rtcp-mux
 * @param sources what each sending section shows, by mid; a section not named here is taken as microphone or camera
 *     by its kind
 */
public record Offer(String sdp, Map<String, TrackSource> sources) {
    public Offer {
        sources = Map.copyOf(sources);
    }

    public static Offer of(String sdp) {
        return new Offer(sdp, Map.of());
    }
}
