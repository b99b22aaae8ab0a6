package dev.parley.examples;

/** Channels mixed into one. */
final class Mono {
    private Mono() {}

    static short[] of(short[] pcm, int channels) {
        if (channels == 1) {
            return pcm;
        }
        short[] mono = new short[pcm.length / channels];
        for (int i = 0; i < mono.length; i++) {
            int sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += pcm[i * channels + channel];
            }
            mono[i] = (short) (sum / channels);
        }
        return mono;
    }
}
