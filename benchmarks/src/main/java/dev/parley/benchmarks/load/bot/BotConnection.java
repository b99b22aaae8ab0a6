package dev.parley.benchmarks.load.bot;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A peer connection of a bot, in either role of offer and answer. A full ICE agent with one socket, which checks the
 * candidates of the other side and is controlling, except towards a full agent that has offered; DTLS client;
 * AES-128-GCM unless said otherwise. Its methods may be called by any thread, one at a time; media runs on the bots' own
 * threads.
 */
public interface BotConnection extends AutoCloseable {
    /**
     * An offer, with all candidates. Later offers have the sections of the ones before, in their order, and may add some.
     */
    String offer(List<SectionPlan> sections);

    /**
     * Takes the answer to the last offer, begins to connect if that is still to be done, and sends once connected.
     *
     * @throws IOException if it cannot be read, or refuses a section
     */
    void acceptAnswer(String sdp) throws IOException;

    /**
     * Answers an offer of the other side, receiving whatever it sends, and begins to connect. Later offers may add
     * sections, or have another stream in one, which then shows nothing until it is said what to expect. Sections of data
     * channels are taken, and not used.
     *
     * @throws IOException if it cannot be read
     */
    String answer(String offer) throws IOException;

    /** Says which track a receiving section shows from now on, so that what comes can be checked against its clip. */
    void expect(String mid, SentTrack track);

    /** Says that a receiving section shows nothing from now on. */
    void expectNothing(String mid);

    /** Adds a candidate of the other side that came by itself: the attribute's value, {@code candidate:…}. */
    void addRemoteCandidate(String candidate);

    /** Completes when media can flow both ways; exceptionally when ICE or DTLS fail. */
    CompletableFuture<Void> connected();

    /** {@link System#nanoTime()} when the first media packet was there; 0 before. */
    long firstMediaNs();

    /** Ends it; the other side is told by close_notify. */
    @Override
    void close();
}
