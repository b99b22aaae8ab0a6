package dev.parley.sfu.sdp;

import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.ice.IceCandidate;
import dev.parley.sfu.ice.IceCredentials;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers offers as RFC 9429 §5.3 asks, for an ICE-lite and DTLS-passive side with one BUNDLE (RFC 8843) for all.
 * Offers that such a side cannot serve are refused; sections that it cannot serve are rejected, and the rest goes on.
 * Keeps nothing between answers. Used by one thread.
 */
public final class Answerer {
    private final SessionDescription offer;
    private final AnswerPlan plan;
    private final Set<String> bundle;
    private final List<SectionAnswerer> sections = new ArrayList<>();
    private final Map<String, SectionAnswerer> accepted = new LinkedHashMap<>();

    private Answerer(SessionDescription offer, AnswerPlan plan) throws SdpException {
        this.offer = offer;
        this.plan = plan;
        this.bundle = bundle(offer);
    }

    /** Answers an offer; throws when no part of it can be served. */
    public static NegotiatedSession answer(SessionDescription offer, AnswerPlan plan) throws SdpException {
        if (offer.sections().size() > plan.maxSections()) {
            throw SdpException.unsupported(0, "the offer has more than " + plan.maxSections() + " media sections");
        }
        if (offer.iceLite()) {
            throw SdpException.unsupported(0, "both sides are ICE-lite, so neither would check connectivity");
        }
        return new Answerer(offer, plan).answer();
    }

    private static Set<String> bundle(SessionDescription offer) throws SdpException {
        if (offer.bundles().size() > 1) {
            throw SdpException.unsupported(0, "the offer has more than one a=group:BUNDLE");
        }
        return offer.bundles().isEmpty()
                ? Set.of()
                : new LinkedHashSet<>(offer.bundles().getFirst());
    }

    private NegotiatedSession answer() throws SdpException {
        for (MediaSection section : offer.sections()) {
            SectionAnswerer answerer = new SectionAnswerer(section, plan.media().get(section.mid()));
            sections.add(answerer);
            if (answerer.isAccepted()) {
                requireServable(section);
                accepted.put(section.mid(), answerer);
            }
        }
        // RFC 8843 §7.3: the offer's group, in its order, less what is rejected.
        List<String> mids = bundle.stream().filter(accepted::containsKey).toList();
        Remote remote = mids.isEmpty() ? null : remote(mids);
        List<NegotiatedSection> negotiated = new ArrayList<>(sections.size());
        for (SectionAnswerer answerer : sections) {
            negotiated.add(answerer.negotiated(negotiated.size()));
        }
        return new NegotiatedSession(
                describe(mids).toSdp(),
                negotiated,
                remote == null ? null : remote.ice(),
                remote == null ? null : remote.fingerprint(),
                ExtensionNegotiation.together(accepted.values()),
                !mids.isEmpty()
                        && accepted.values().stream()
                                .allMatch(answerer -> answerer.offered().extensionsMixed()));
    }

    private void requireServable(MediaSection section) throws SdpException {
        if (section.mid().isEmpty()) {
            throw SdpException.unsupported(section.line(), "the section has no a=mid");
        }
        if (!bundle.contains(section.mid())) {
            throw SdpException.unsupported(section.line(), "the section is not in a=group:BUNDLE, as all must be");
        }
        if (!section.rtcpMux()) {
            throw SdpException.unsupported(section.line(), "the section has no a=rtcp-mux, as all must have");
        }
    }

    /** The client's end of the bundle. */
    private record Remote(IceCredentials ice, Fingerprint fingerprint) {}

    /**
     * RFC 8843 §7.3.1: the first section of the bundle that we accept speaks for it. The others may repeat, or leave
     * out, what it says, and the session level stands in for what no section says.
     */
    private Remote remote(List<String> mids) throws SdpException {
        IceCredentials ice = null;
        Fingerprint fingerprint = null;
        Setup setup = null;
        int line = 0;
        for (SectionAnswerer answerer : inOrderOf(mids)) {
            TransportDescription transport = answerer.offered().transport();
            line = line == 0 ? answerer.offered().line() : line;
            ice = ice == null ? transport.ice() : ice;
            setup = setup == null ? transport.setup() : setup;
            fingerprint = fingerprint == null ? strongest(transport.fingerprints()) : fingerprint;
        }
        ice = ice == null ? offer.transport().ice() : ice;
        setup = setup == null ? offer.transport().setup() : setup;
        fingerprint = fingerprint == null ? strongest(offer.transport().fingerprints()) : fingerprint;
        if (ice == null) {
            throw SdpException.unsupported(line, "the bundle has no a=ice-ufrag and a=ice-pwd");
        }
        if (fingerprint == null) {
            throw SdpException.unsupported(line, "the bundle has no a=fingerprint in SHA-256 or better");
        }
        // RFC 4145 §4: an offer that says nothing is active.
        if (setup == Setup.PASSIVE || setup == Setup.HOLDCONN) {
            throw SdpException.unsupported(line, "a=setup must be actpass or active, as the answer is passive");
        }
        return new Remote(ice, fingerprint);
    }

    private List<SectionAnswerer> inOrderOf(List<String> mids) {
        return mids.stream()
                .flatMap(mid -> Stream.ofNullable(accepted.get(mid)))
                .toList();
    }

    /** All fingerprints must match (RFC 8122 §5), so one is enough; longer hashes win. */
    private static @Nullable Fingerprint strongest(List<Fingerprint> fingerprints) {
        Fingerprint best = null;
        for (Fingerprint fingerprint : fingerprints) {
            if (best == null || fingerprint.value().length() > best.value().length()) {
                best = fingerprint;
            }
        }
        return best;
    }

    /** RFC 8843 §7.3.2: candidates stand only in the section that speaks for the bundle. */
    private TransportDescription transport(boolean tagged) {
        List<String> candidates =
                tagged ? plan.candidates().stream().map(IceCandidate::toSdp).toList() : List.of();
        return new TransportDescription(plan.ice(), List.of(plan.fingerprint()), Setup.PASSIVE, candidates, tagged);
    }

    private SessionDescription describe(List<String> mids) {
        List<MediaSection> answers = new ArrayList<>(sections.size());
        for (SectionAnswerer answerer : sections) {
            boolean tagged = !mids.isEmpty() && answerer.offered().mid().equals(mids.getFirst());
            answers.add(answerer.answer(transport(tagged)));
        }
        return new SessionDescription(
                plan.sessionId(),
                plan.sessionVersion(),
                true,
                offer.extensionsMixed(),
                mids.isEmpty() ? List.of() : List.of(mids),
                TransportDescription.NONE,
                answers);
    }
}
