package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach and to authenticate a side: the attributes of ICE (RFC 8839) and DTLS (RFC 8842, RFC 8122), which stand
 * at session level, in a section, or in the one section that speaks for a bundle.
 *
 * @param ice the ICE user name fragment and password
 * @param fingerprints of the certificate, one for each hash that was told; those in unknown hashes are left out
 * @param candidates the {@code a=candidate} attributes as written, without {@code a=}
 */
public record TransportDescription(
        @Nullable IceCredentials ice,
        List<Fingerprint> fingerprints,
        @Nullable Setup setup,
        List<String> candidates,
        boolean endOfCandidates) {
    static final TransportDescription NONE = new TransportDescription(null, List.of(), null, List.of(), false);

    public TransportDescription {
        fingerprints = List.copyOf(fingerprints);
        candidates = List.copyOf(candidates);
    }
}
