package dev.parley.benchmarks.clips;

import java.util.SplittableRandom;

/**
 * What sounds to an encoder like somebody who speaks: a buzz of changing pitch through two resonances that move, four
 * syllables a second, hisses between some of them, and pauses for breath. 48 kHz, one channel.
 */
final class Speech {
    static final int RATE_HZ = 48_000;
    private static final double SYLLABLE_SECONDS = 0.24;
    private static final int SYLLABLES_IN_A_BREATH = 9;

    private final SplittableRandom random = new SplittableRandom(7);
    private final Resonance low = new Resonance();
    private final Resonance high = new Resonance();
    private double phase;
    private long sample;

    /** A second-order resonance (a two-pole filter). */
    private static final class Resonance {
        private double last;
        private double beforeLast;

        double filter(double in, double hz) {
            double radius = 0.985;
            double out = (1 - radius) * in
                    + 2 * radius * Math.cos(2 * Math.PI * hz / RATE_HZ) * last
                    - radius * radius * beforeLast;
            beforeLast = last;
            last = out;
            return out;
        }
    }

    /** The next samples. */
    short[] next(int samples) {
        short[] pcm = new short[samples];
        for (int i = 0; i < samples; i++) {
            pcm[i] = (short) Math.clamp(Math.round(9_000 * value(sample++ / (double) RATE_HZ)), -32_000, 32_000);
        }
        return pcm;
    }

    private double value(double seconds) {
        int syllable = (int) (seconds / SYLLABLE_SECONDS);
        double within = seconds / SYLLABLE_SECONDS - syllable;
        double noise = random.nextDouble() * 2 - 1;
        if (syllable % SYLLABLES_IN_A_BREATH >= SYLLABLES_IN_A_BREATH - 2) {
            return 0.004 * noise;
        }
        double loudness = Math.sin(Math.PI * Math.min(1, within * 1.2));
        if (syllable % 3 == 2 && within < 0.3) {
            return 0.25 * loudness * noise;
        }
        phase += (115 + 25 * Math.sin(seconds * 2.1) - 18 * within) / RATE_HZ;
        phase -= Math.floor(phase);
        // A glottal pulse: a slope, and a sudden end.
        double buzz = phase < 0.6 ? phase / 0.6 : (1 - phase) / 0.4 - 1;
        double vowel = Math.sin(syllable * 1.7);
        double voiced = low.filter(buzz, 520 + 220 * vowel) * 6 + high.filter(buzz, 1_500 + 600 * vowel) * 3;
        return Math.max(0, loudness) * voiced + 0.003 * noise;
    }
}
