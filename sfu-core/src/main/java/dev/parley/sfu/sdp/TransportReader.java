package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the ICE and DTLS attributes of one section or of the session level. Used by one thread. */
final class TransportReader {
    private @Nullable String ufrag;
    private @Nullable String password;
    private @Nullable Setup setup;
    private final List<Fingerprint> fingerprints = new ArrayList<>();
    private final List<String> candidates = new ArrayList<>();
    private boolean endOfCandidates;
    private int iceLine;

    /** Takes the attribute if it is one of these; tells whether it was. */
    boolean accept(String name, String value, int line) throws SdpException {
        switch (name) {
            case "ice-ufrag" -> {
                ufrag = value;
                iceLine = line;
            }
            case "ice-pwd" -> {
                password = value;
                iceLine = line;
            }
            case "fingerprint" -> fingerprint(value);
            case "setup" -> setup(value, line);
            case "candidate" -> candidates.add("candidate:" + value);
            case "end-of-candidates" -> endOfCandidates = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    TransportDescription finish() throws SdpException {
        return new TransportDescription(credentials(), fingerprints, setup, candidates, endOfCandidates);
    }

    private @Nullable IceCredentials credentials() throws SdpException {
        if (ufrag == null && password == null) {
            return null;
        }
        if (ufrag == null || password == null) {
            throw SdpException.malformed(iceLine, "a=ice-ufrag and a=ice-pwd must stand together");
        }
        if (!IceCredentials.isValid(ufrag, password)) {
            throw SdpException.malformed(
                    iceLine, "ICE credentials must be letters, digits, '+' and '/', of the lengths of RFC 8839 §5.4");
        }
        return new IceCredentials(ufrag, password);
    }

    private void fingerprint(String value) {
        Fingerprint fingerprint = Fingerprint.parse(value);
        if (fingerprint != null) {
            fingerprints.add(fingerprint);
        }
    }

    private void setup(String value, int line) throws SdpException {
        setup = Setup.fromSdp(value);
        if (setup == null) {
            throw SdpException.malformed(line, "a=setup must be actpass, active, passive or holdconn");
        }
    }
}
