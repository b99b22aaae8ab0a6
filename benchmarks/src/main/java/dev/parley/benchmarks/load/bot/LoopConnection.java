package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.ice.IceCredentials;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** A connection as those who drive signaling see it: descriptions here, media on the bots' thread. */
final class LoopConnection implements BotConnection {
    private final BotLoop loop;
    private final BotPeer peer;
    private final Negotiation negotiation;
    private final Bots bots;

    LoopConnection(Bots bots, BotLoop loop, BotPeer peer, IceCredentials ice, RandomGenerator random) {
        this.bots = bots;
        this.loop = loop;
        this.peer = peer;
        String candidate =
                "candidate:1 1 udp 2130706431 " + bots.settings().localAddress() + " " + peer.port() + " typ host";
        this.negotiation = new Negotiation(ice, bots.fingerprint(), List.of(candidate), random);
    }

    @Override
    public synchronized String offer(List<SectionPlan> sections) {
        return negotiation.offer(sections);
    }

    @Override
    public synchronized void acceptAnswer(String sdp) throws IOException {
        apply(negotiation.accept(sdp));
    }

    @Override
    public synchronized String answer(String offer) throws IOException {
        Negotiation.Answered answered = negotiation.answer(offer);
        apply(answered.outcome());
        return answered.sdp();
    }

    private void apply(Negotiation.Outcome outcome) {
        Negotiation.Outcome routed = bots.routed(outcome);
        loop.execute(() -> peer.apply(routed, loop.nowNs()));
    }

    @Override
    public void expect(String mid, SentTrack track) {
        loop.execute(() -> peer.expect(mid, track));
    }

    @Override
    public void expectNothing(String mid) {
        loop.execute(() -> peer.expect(mid, null));
    }

    @Override
    public void addRemoteCandidate(String candidate) {
        IceClient.Remote remote = Remote.candidate(candidate);
        if (remote != null) {
            IceClient.Remote routed = bots.routed(remote);
            loop.execute(() -> peer.addCandidate(routed));
        }
    }

    @Override
    public CompletableFuture<Void> connected() {
        return peer.connected();
    }

    @Override
    public long firstMediaNs() {
        return peer.firstMediaNs();
    }

    @Override
    public void close() {
        loop.execute(() -> {
            loop.remove(peer);
            peer.close();
        });
    }
}
