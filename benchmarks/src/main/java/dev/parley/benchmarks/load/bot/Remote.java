package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCredentials;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SessionDescription;
import dev.parley.sfu.sdp.Setup;
import dev.parley.sfu.sdp.TransportDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to reach and to know the other side, as its description says, at session level or in the first section that does. */
record Remote(IceCredentials ice, Fingerprint fingerprint, List<IceClient.Remote> candidates) {
    static Remote of(SessionDescription description) throws IOException {
        List<TransportDescription> places = new ArrayList<>();
        places.add(description.transport());
        description.sections().stream().map(MediaSection::transport).forEach(places::add);
        IceCredentials ice = null;
        Fingerprint fingerprint = null;
        List<IceClient.Remote> candidates = new ArrayList<>();
        for (TransportDescription place : places) {
            ice = ice == null ? place.ice() : ice;
            if (fingerprint == null && !place.fingerprints().isEmpty()) {
                fingerprint = place.fingerprints().getFirst();
            }
            if (place.setup() == Setup.ACTIVE) {
                throw new IOException("the server wants to begin the DTLS handshake, as bots do");
            }
            for (String line : place.candidates()) {
                IceClient.Remote candidate = candidate(line);
                if (candidate != null && !candidates.contains(candidate)) {
                    candidates.add(candidate);
                }
            }
        }
        if (ice == null || fingerprint == null) {
            throw new IOException("the server's description has no ICE credentials or no fingerprint");
        }
        return new Remote(ice, fingerprint, candidates);
    }

    /** A candidate that bots can reach: UDP, IPv4, by number; null for any other (RFC 8839 §5.1). */
    static IceClient.@Nullable Remote candidate(String line) {
        String[] words = line.strip().split("\\s+", -1);
        boolean usable = words.length >= 8
                && words[1].equals("1")
                && words[2].equalsIgnoreCase("udp")
                && words[4].matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
        if (!usable) {
            return null;
        }
        try {
            return new IceClient.Remote(BotSockets.bits(words[4]), Integer.parseInt(words[5]));
        } catch (IOException | IllegalArgumentException e) {
            // No address after all.
            return null;
        }
    }
}
