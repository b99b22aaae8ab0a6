package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the ICE and DTLS attributes of one section or of the session level. Used by one thread. */
final class TransportReader {
    private static final int MIN_UFRAG_LENGTH = 4;
    private static final int MIN_PASSWORD_LENGTH = 22;
    private static final int MAX_ICE_LENGTH = 256;

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
            case "ice-ufrag" -> ufrag = iceToken(value, MIN_UFRAG_LENGTH, line, "the ICE user name fragment");
            case "ice-pwd" -> password = iceToken(value, MIN_PASSWORD_LENGTH, line, "the ICE password");
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
        if ((ufrag == null) != (password == null)) {
            throw SdpException.malformed(iceLine, "a=ice-ufrag and a=ice-pwd must stand together");
        }
        IceCredentials ice = ufrag == null || password == null ? null : new IceCredentials(ufrag, password);
        return new TransportDescription(ice, fingerprints, setup, candidates, endOfCandidates);
    }

    private String iceToken(String value, int minLength, int line, String what) throws SdpException {
        iceLine = line;
        if (value.length() < minLength || value.length() > MAX_ICE_LENGTH || !SdpSyntax.isIceToken(value)) {
            throw SdpException.malformed(
                    line, what + " must have " + minLength + " to " + MAX_ICE_LENGTH + " letters, digits, '+' or '/'");
        }
        return value;
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
