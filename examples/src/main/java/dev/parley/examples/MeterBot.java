package dev.parley.examples;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.nativepeer.I420Frame;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.ReceivedFrame;
import dev.parley.sfu.nativepeer.ReceivedSamples;
import java.util.function.Consumer;

/**
 * A bot that tells of each track, every half second, what is in it: of pictures the size, the number and the colours of a
 * grid of points, of sound the loudest of some frequencies.
 */
public final class MeterBot {
    private static final int GRID = 4;
    private static final int LOWEST_HZ = 100;
    private static final int HIGHEST_HZ = 2_000;
    private static final int STEP_HZ = 20;

    private MeterBot() {}

    static NativeParticipant join(Room room, Consumer<String> tell) {
        NativeParticipant bot =
                NativeParticipant.join(room, JoinRequest.of("meter")).join();
        bot.onTrack(remote -> {
            String name =
                    remote.participant().identity() + " " + remote.participant().name();
            switch (remote.track().kind()) {
                case VIDEO -> bot.receiveVideo(remote.track().id(), new Pictures(name, tell)::add);
                case AUDIO -> bot.receiveAudio(remote.track().id(), new Sound(name, tell)::add);
            }
        });
        return bot;
    }

    /** Tells of a video track. Called by one thread at a time. */
    private static final class Pictures {
        private final String name;
        private final Consumer<String> tell;
        private int frames;
        private long nextNs = System.nanoTime();

        Pictures(String name, Consumer<String> tell) {
            this.name = name;
            this.tell = tell;
        }

        void add(ReceivedFrame frame) {
            frames++;
            if (System.nanoTime() - nextNs < 0) {
                return;
            }
            nextNs = System.nanoTime() + 500_000_000;
            tell.accept("seen name=\"%s\" size=%dx%d frames=%d colours=%s"
                    .formatted(
                            name, frame.image().widthPx(), frame.image().heightPx(), frames, colours(frame.image())));
        }

        private static String colours(I420Frame image) {
            StringBuilder colours = new StringBuilder();
            for (int row = 0; row < GRID; row++) {
                for (int column = 0; column < GRID; column++) {
                    int x = (2 * column + 1) * image.widthPx() / (2 * GRID);
                    int y = (2 * row + 1) * image.heightPx() / (2 * GRID);
                    colours.append("%06x,".formatted(image.rgb(x, y)));
                }
            }
            return colours.substring(0, colours.length() - 1);
        }
    }

    /** Tells of an audio track. Called by one thread at a time. */
    private static final class Sound {
        private final String name;
        private final Consumer<String> tell;
        private short[] half = new short[0];
        private int filled;

        Sound(String name, Consumer<String> tell) {
            this.name = name;
            this.tell = tell;
        }

        void add(ReceivedSamples samples) {
            short[] mono = Mono.of(samples.pcm(), samples.channels());
            if (half.length != samples.sampleRateHz() / 2) {
                half = new short[samples.sampleRateHz() / 2];
                filled = 0;
            }
            System.arraycopy(mono, 0, half, filled, Math.min(mono.length, half.length - filled));
            filled += mono.length;
            if (filled >= half.length) {
                filled = 0;
                measure(samples.sampleRateHz());
            }
        }

        private void measure(int sampleRateHz) {
            int loudestHz = 0;
            double loudest = 0;
            for (int hz = LOWEST_HZ; hz <= HIGHEST_HZ; hz += STEP_HZ) {
                double amplitude = Tone.amplitude(half, sampleRateHz, hz);
                if (amplitude > loudest) {
                    loudest = amplitude;
                    loudestHz = hz;
                }
            }
            tell.accept("heard name=\"%s\" hz=%d amplitude=%.0f".formatted(name, loudestHz, loudest));
        }
    }
}
