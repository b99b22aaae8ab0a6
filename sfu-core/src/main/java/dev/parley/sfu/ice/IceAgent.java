package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.stats.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lite, hence controlled, agent of one peer (RFC 8445 §2.5): answers checks, follows nominations, watches consent.
 *
 * <p>Owned by the peer's shard. Changes nothing before a check is authenticated. Sends no checks of its own, so it
 * knows neither remote candidates nor pairs: the source of a valid check is the address that answers and media go to.
 * What it assumes and leaves out is on the page {@code docs/protocols/ice.md}.
 */
public final class IceAgent {
    /**
     * How long the selected address may be silent before a peer that nominates every pair moves the path to one of
     * lower priority: longer than such a peer spreads its checks, shorter than a caller's patience.
     */
    static final long AGGRESSIVE_HOLD_NS = 2_000_000_000L;

    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();
    private final VerifiedAddresses addresses = new VerifiedAddresses();
    private final PacketPool responses;
    private final long consentTimeoutNs;

    private Generation current;
    private @Nullable Generation restarted;
    private @Nullable IceCredentials remote;
    private IceState state = IceState.NEW;
    private @Nullable TransportAddress selected;
    private long selectedPriority;
    private long consentNs;

    /** One set of local credentials: what RFC 8839 §4.4.1.1.1 has change with every ICE restart. */
    private static final class Generation {
        final IceCredentials local;
        final byte[] ufrag;
        final StunIntegrity integrity;
        /** The peer has sent a check without USE-CANDIDATE, so when it does nominate, it means it. */
        boolean nominatesDeliberately;

        Generation(IceCredentials local) {
            this.local = local;
            this.ufrag = local.ufrag().getBytes(StandardCharsets.US_ASCII);
            this.integrity = new StunIntegrity(local.password());
        }
    }

    /**
     * An agent that has not heard from its peer.
     *
     * @param consentTimeoutNs silence on the selected path after which consent is lost; RFC 7675 §5.1 has 30 s
     * @param responses where response packets come from, the shard's pool
     */
    public IceAgent(IceCredentials local, long consentTimeoutNs, PacketPool responses) {
        if (consentTimeoutNs <= 0) {
            throw new IllegalArgumentException("consentTimeoutNs " + consentTimeoutNs + " is not positive");
        }
        this.current = new Generation(local);
        this.consentTimeoutNs = consentTimeoutNs;
        this.responses = responses;
    }

    /** Notes what the peer calls itself; a lite agent needs it only to tell an ICE restart from an ordinary offer. */
    public void remoteCredentials(IceCredentials remote) {
        this.remote = remote;
    }

    /** The peer's credentials as last given, or {@code null}. */
    public @Nullable IceCredentials remote() {
        return remote;
    }

    /** Our latest credentials: those of the last restart, also before it is complete. */
    public IceCredentials local() {
        return restarted == null ? current.local : restarted.local;
    }

    /**
     * Begins an ICE restart (RFC 8445 §9): the selected path goes on, and checks with its credentials are answered,
     * until the first nomination under the new ones.
     */
    public void restart(IceCredentials newLocal, IceCredentials newRemote) {
        if (newLocal.ufrag().equals(local().ufrag()) || newLocal.ufrag().equals(current.local.ufrag())) {
            throw new IllegalArgumentException("an ICE restart must change the ufrag");
        }
        restarted = new Generation(newLocal);
        remote = newRemote;
    }

    /** Whether a restart was begun and no path nominated under its credentials. */
    public boolean isRestarting() {
        return restarted != null;
    }

    /**
     * Takes a STUN message that came from {@code remote}.
     *
     * @return why it was dropped, or {@code null} if it was used, answered as RFC 8445 §7.3 says, or an indication
     */
    public @Nullable DropReason onStun(PacketBuffer request, TransportAddress remote, long nowNs, IceSink sink) {
        if (state == IceState.CLOSED) {
            return DropReason.UNEXPECTED_STATE;
        }
        if (!message.wrap(request)) {
            return DropReason.STUN_MALFORMED;
        }
        if (message.hasFingerprint() && !message.fingerprintMatches()) {
            return DropReason.STUN_BAD_FINGERPRINT;
        }
        if (message.method() != StunMessage.BINDING) {
            return DropReason.STUN_UNEXPECTED_TYPE;
        }
        return switch (message.messageClass()) {
            case REQUEST -> onRequest(remote, nowNs, sink);
            // RFC 8445 §11: a keepalive, good for NAT bindings only; being unauthenticated it proves no consent.
            case INDICATION -> null;
            case SUCCESS, ERROR -> DropReason.STUN_UNEXPECTED_TYPE;
        };
    }

    /** RFC 8489 §9.1.3 (who is it), then §6.3.1 (do we understand it), then RFC 8445 §7.3.1 (what does it want). */
    private @Nullable DropReason onRequest(TransportAddress remote, long nowNs, IceSink sink) {
        if (!message.hasUsername()) {
            return refuse(StunError.BAD_REQUEST, null, remote, sink, DropReason.STUN_UNKNOWN_USERNAME);
        }
        if (!message.hasIntegrity()) {
            return refuse(StunError.BAD_REQUEST, null, remote, sink, DropReason.STUN_BAD_INTEGRITY);
        }
        Generation generation = addressee();
        if (generation == null) {
            return refuse(StunError.UNAUTHENTICATED, null, remote, sink, DropReason.STUN_UNKNOWN_USERNAME);
        }
        if (!generation.integrity.matches(message)) {
            return refuse(StunError.UNAUTHENTICATED, null, remote, sink, DropReason.STUN_BAD_INTEGRITY);
        }
        if (message.unknownAttributeCount() > 0) {
            return refuse(StunError.UNKNOWN_ATTRIBUTE, generation.integrity, remote, sink, null);
        }
        // RFC 8445 §6.1.1: facing a lite agent, the full one controls; we cannot, having no checks to nominate with.
        // So §7.3.1.1's tie-breakers are not compared: ours counts as less than any, and the peer takes over.
        if (message.hasIceControlled()) {
            return refuse(StunError.ROLE_CONFLICT, generation.integrity, remote, sink, null);
        }
        return accept(generation, remote, nowNs, sink);
    }

    private @Nullable Generation addressee() {
        if (message.usernameStartsWith(current.ufrag)) {
            return current;
        }
        return restarted != null && message.usernameStartsWith(restarted.ufrag) ? restarted : null;
    }

    private @Nullable DropReason refuse(
            StunError error,
            @Nullable StunIntegrity integrity,
            TransportAddress remote,
            IceSink sink,
            @Nullable DropReason reason) {
        PacketBuffer response = responses.acquire();
        if (response == null) {
            return DropReason.POOL_EMPTY;
        }
        try {
            writer.bindingError(response, message, error, integrity);
            sink.transmit(response, remote);
        } finally {
            response.release();
        }
        return reason;
    }

    private @Nullable DropReason accept(Generation generation, TransportAddress remote, long nowNs, IceSink sink) {
        PacketBuffer response = responses.acquire();
        if (response == null) {
            return DropReason.POOL_EMPTY;
        }
        try {
            writer.bindingSuccess(response, message, remote, generation.integrity);
            sink.transmit(response, remote);
        } finally {
            response.release();
        }
        verify(remote, nowNs, sink);
        if (message.hasUseCandidate()) {
            onNomination(generation, remote, nowNs, sink);
        } else {
            generation.nominatesDeliberately = true;
        }
        if (remote.equals(selected)) {
            refreshConsent(nowNs, sink);
        } else if (state == IceState.NEW) {
            // What goes to an address before it is nominated needs consent just as well.
            consentNs = nowNs;
        }
        return null;
    }

    private void verify(TransportAddress remote, long nowNs, IceSink sink) {
        if (addresses.touch(remote, nowNs)) {
            return;
        }
        TransportAddress evicted = addresses.add(remote, selected, nowNs);
        if (evicted != null) {
            sink.forgotten(evicted);
        }
        sink.verified(remote);
    }

    private void onNomination(Generation generation, TransportAddress remote, long nowNs, IceSink sink) {
        boolean completesRestart = generation == restarted;
        boolean moves = !remote.equals(selected);
        if (moves && !completesRestart && !mayMove(nowNs)) {
            return;
        }
        if (completesRestart) {
            current = generation;
            restarted = null;
        }
        selected = remote;
        selectedPriority = message.priority();
        if (moves || completesRestart) {
            sink.selected(remote);
        }
    }

    /**
     * Whether a nomination may take the path from the selected address. A peer that nominates one pair at a time
     * (RFC 8445 §8.1.1, Chromium) is followed at once: its network has changed. One that puts USE-CANDIDATE into every
     * check (aggressive nomination of RFC 5245 §8.1.1.2) selects the highest priority, so we do as well, until the
     * selected address has been silent.
     */
    private boolean mayMove(long nowNs) {
        return selected == null
                || current.nominatesDeliberately
                || message.priority() >= selectedPriority
                || nowNs - consentNs >= AGGRESSIVE_HOLD_NS;
    }

    private void refreshConsent(long nowNs, IceSink sink) {
        consentNs = nowNs;
        if (state == IceState.CONNECTED) {
            return;
        }
        boolean regained = state == IceState.DISCONNECTED;
        state = state.transition(IceState.CONNECTED);
        if (regained) {
            sink.consentRegained();
        }
    }

    /**
     * The connection behind a verified address has ended (RFC 6544 §7.1), so nothing can be sent there any more. If it
     * was the selected one, consent is lost at once; a nomination of another brings it back.
     */
    public void forget(TransportAddress remote, IceSink sink) {
        if (!addresses.remove(remote)) {
            return;
        }
        sink.forgotten(remote);
        if (remote.equals(selected)) {
            selected = null;
            if (state == IceState.CONNECTED) {
                state = state.transition(IceState.DISCONNECTED);
                sink.consentLost();
            }
        }
    }

    /** To be called when {@link #nextDeadlineNs()} has come; earlier calls do nothing. */
    public void onDeadline(long nowNs, IceSink sink) {
        if (hasConsent() && nowNs - consentNs >= consentTimeoutNs) {
            state = state.transition(IceState.DISCONNECTED);
            sink.consentLost();
        }
    }

    /** When consent will be lost unless a check comes, {@link Long#MAX_VALUE} when there is none to lose. */
    public long nextDeadlineNs() {
        return hasConsent() ? consentNs + consentTimeoutNs : Long.MAX_VALUE;
    }

    private boolean hasConsent() {
        return state == IceState.CONNECTED || state == IceState.NEW && addresses.latest() != null;
    }

    /** Where media goes: the address of the nomination in force, or {@code null} before the first. */
    public @Nullable TransportAddress selectedRemote() {
        return selected;
    }

    /**
     * Where DTLS may go already: the selected address, or before any nomination the one that was checked last. A browser
     * begins its handshake as soon as one check was answered, often before it nominates. {@code null} without consent.
     */
    public @Nullable TransportAddress sendRemote() {
        return switch (state) {
            case NEW -> addresses.latest();
            case CONNECTED -> selected;
            case DISCONNECTED, CLOSED -> null;
        };
    }

    /** Whether a check that names this ufrag is for this agent: the current one, and during a restart the next. */
    public boolean answersTo(String ufrag) {
        return ufrag.equals(current.local.ufrag()) || (restarted != null && ufrag.equals(restarted.local.ufrag()));
    }

    public IceState state() {
        return state;
    }

    /** Whether a valid check came from this address, and it was not evicted since. */
    public boolean isVerified(TransportAddress remote) {
        return addresses.contains(remote);
    }

    /** The addresses that are this agent's now, for whoever keeps a table of them. */
    public List<TransportAddress> verifiedAddresses() {
        return List.of(addresses.toArray());
    }

    /** Ends the agent; {@link #verifiedAddresses()} stays readable so that tables can be cleared. */
    public void close() {
        if (state != IceState.CLOSED) {
            state = state.transition(IceState.CLOSED);
            selected = null;
        }
    }
}
