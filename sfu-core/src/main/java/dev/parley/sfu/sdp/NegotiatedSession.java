package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.rtp.RtpExtensionMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer and what it has settled.
 *
 * @param sdp the answer's text
 * @param sections one for each section of the offer, in its order
 * @param remoteIce the client's credentials; null when every section is rejected
 * @param remoteFingerprint of the client's certificate; null when every section is rejected
 * @param extensions those of all accepted sections together: enough to find the mid of a packet before its section is
 *     known
 * @param extensionsMixed whether one- and two-byte header extensions may be mixed in what we send
 */
public record NegotiatedSession(
        String sdp,
        List<NegotiatedSection> sections,
        @Nullable IceCredentials remoteIce,
        @Nullable Fingerprint remoteFingerprint,
        RtpExtensionMap extensions,
        boolean extensionsMixed) {
    public NegotiatedSession {
        sections = List.copyOf(sections);
    }
}
