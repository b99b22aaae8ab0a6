package dev.parley.sfu.sdp;

import java.util.List;

/**
 * A session description (RFC 8866) as browsers write it (RFC 9429): an immutable value, of which only what an SFU
 * uses is kept. Reading forgives what it does not know; {@link Answerer} decides what is enough.
 *
 * @param sessionId the number that names the session, unsigned, from the {@code o=} line
 * @param sessionVersion grows with every new description of the session, unsigned
 * @param iceLite whether the side is ICE-lite (RFC 8445 §2.5)
 * @param extensionsMixed whether {@code a=extmap-allow-mixed} stands at session level
 * @param bundles the mids of each {@code a=group:BUNDLE} (RFC 8843), the one that speaks for the bundle first
 * @param transport what is told at session level, for sections that do not say otherwise
 * @param sections in order: a section's index is its identity over offers and answers
 */
public record SessionDescription(
        long sessionId,
        long sessionVersion,
        boolean iceLite,
        boolean extensionsMixed,
        List<List<String>> bundles,
        TransportDescription transport,
        List<MediaSection> sections) {
    /** Longest description that is read, in characters. */
    public static final int MAX_LENGTH = 256 * 1024;

    public SessionDescription {
        bundles = bundles.stream().map(List::copyOf).toList();
        sections = List.copyOf(sections);
    }

    /** Reads a description. */
    public static SessionDescription parse(String sdp) throws SdpException {
        return SdpParser.parse(sdp);
    }

    /** The description as text, lines ended by CRLF. */
    public String toSdp() {
        return SdpWriter.write(this);
    }
}
