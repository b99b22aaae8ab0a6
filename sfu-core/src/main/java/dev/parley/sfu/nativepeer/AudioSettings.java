package dev.parley.sfu.nativepeer;

import dev.parley.sfu.TrackSource;

/**
 * How audio is published, as Opus.
 *
 * @param sampleRateHz of the samples given; 8000, 16000, 24000, 32000, 44100 or 48000
 * @param channels of the samples given, 1 or 2, which alternate
 * @param source what it is, as the others are told
 */
public record AudioSettings(int sampleRateHz, int channels, TrackSource source) {
    public AudioSettings {
        if (sampleRateHz < 8_000 || sampleRateHz > 48_000 || sampleRateHz % 100 != 0) {
            throw new IllegalArgumentException(
                    "samples come at 8000 to 48000 Hz, so many that 10 ms are whole ones, got " + sampleRateHz);
        }
        if (channels < 1 || channels > 2) {
            throw new IllegalArgumentException("audio has 1 or 2 channels, got " + channels);
        }
    }

    /** A voice: 48 kHz, one channel. */
    public static AudioSettings voice() {
        return new AudioSettings(48_000, 1, TrackSource.MICROPHONE);
    }

    /** Samples in 10 ms, those of all channels. */
    int samplesIn10Ms() {
        return sampleRateHz / 100 * channels;
    }
}
