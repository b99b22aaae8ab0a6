package dev.parley.examples;

/** A sine, 10 ms at a time, and how to find one. */
public final class Tone {
    private static final int AMPLITUDE = 8_000;

    private final int sampleRateHz;
    private final double hz;
    private long samples;

    public Tone(int sampleRateHz, double hz) {
        this.sampleRateHz = sampleRateHz;
        this.hz = hz;
    }

    /** The next 10 ms, one channel. */
    public short[] next10Ms() {
        short[] pcm = new short[sampleRateHz / 100];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) (AMPLITUDE * Math.sin(2 * Math.PI * hz * samples++ / sampleRateHz));
        }
        return pcm;
    }

    /**
     * The amplitude of the sine of that frequency within samples, by Goertzel's algorithm.
     *
     * @param pcm one channel; the more of it, the sharper
     */
    public static double amplitude(short[] pcm, int sampleRateHz, double hz) {
        double coefficient = 2 * Math.cos(2 * Math.PI * hz / sampleRateHz);
        double last = 0;
        double beforeLast = 0;
        for (short sample : pcm) {
            double next = sample + coefficient * last - beforeLast;
            beforeLast = last;
            last = next;
        }
        double power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
        return 2 * Math.sqrt(Math.max(0, power)) / pcm.length;
    }
}
