package dev.parley.examples;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.ReceivedSamples;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A participant that receives everything and remembers what it recognised, by who sent it. */
final class Witness implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 30;
    /** A tone of {@link Tone} has an amplitude of 8000; what an encoder adds at other frequencies has a few. */
    private static final double AUDIBLE = 4_000;

    private final NativeParticipant self;
    private final Set<String> showedTestCard = ConcurrentHashMap.newKeySet();
    private final Map<String, Window> heard = new ConcurrentHashMap<>();

    /** The last tenth of a second of a track. One thread writes. */
    private static final class Window {
        private volatile short[] full = new short[1];
        private short[] filling = new short[4_800];
        private int filled;

        void add(ReceivedSamples samples) {
            short[] mono = Mono.of(samples.pcm(), samples.channels());
            System.arraycopy(mono, 0, filling, filled, Math.min(mono.length, filling.length - filled));
            filled += mono.length;
            if (filled >= filling.length) {
                full = filling;
                filling = new short[4_800];
                filled = 0;
            }
        }

        double amplitude(double hz) {
            return Tone.amplitude(full, 48_000, hz);
        }
    }

    private Witness(NativeParticipant self) {
        this.self = self;
    }

    static Witness in(Room room) {
        NativeParticipant self =
                NativeParticipant.join(room, JoinRequest.of("witness")).join();
        Witness witness = new Witness(self);
        self.onTrack(remote -> {
            String from = remote.participant().id();
            switch (remote.track().kind()) {
                case VIDEO ->
                    self.receiveVideo(remote.track().id(), frame -> {
                        if (TestCard.isShownBy(frame.image())) {
                            witness.showedTestCard.add(from);
                        }
                    });
                case AUDIO -> {
                    Window window = witness.heard.computeIfAbsent(from, _ -> new Window());
                    self.receiveAudio(remote.track().id(), window::add);
                }
            }
        });
        return witness;
    }

    void awaitTestCard(String participantId) {
        Await.until("the test card is seen", TIMEOUT_SECONDS, () -> showedTestCard.contains(participantId));
    }

    /** The tone is heard, and nothing of another one. */
    void awaitTone(String participantId, double hz) {
        Await.until("a tone of " + hz + " Hz is heard", TIMEOUT_SECONDS, () -> {
            Window window = heard.get(participantId);
            return window != null && window.amplitude(hz) > AUDIBLE && window.amplitude(hz * 1.5) < AUDIBLE / 20;
        });
    }

    void awaitNoTracks(String participantId) {
        Await.until(
                "the participant publishes nothing",
                TIMEOUT_SECONDS,
                () -> self.room().participants().join().stream()
                        .filter(one -> one.id().equals(participantId))
                        .map(ParticipantInfo::tracks)
                        .allMatch(java.util.List::isEmpty));
    }

    @Override
    public void close() {
        self.close();
    }
}
