package dev.parley.benchmarks.load.media;

import dev.parley.sfu.rtp.Codec;
import java.util.List;

/**
 * Some seconds of encoded sound or pictures that a bot plays over and over.
 *
 * @param name what it shows, for reports
 * @param clockRateHz of the timestamps: 90,000 for video, 48,000 for Opus
 * @param durationTicks after which it begins again
 * @param encodings one, or with simulcast one a layer, from the smallest to the largest
 */
public record MediaClip(String name, Codec codec, int clockRateHz, int durationTicks, List<Encoding> encodings) {
    public MediaClip {
        encodings = List.copyOf(encodings);
        if (encodings.isEmpty() || clockRateHz <= 0) {
            throw new IllegalArgumentException("a clip has a clock and at least one encoding");
        }
        for (Encoding encoding : encodings) {
            if (encoding.frames().getLast().timeTicks() >= durationTicks) {
                throw new IllegalArgumentException("a frame of " + name + " is due after the clip's end");
            }
        }
        if (codec.isRepair()) {
            throw new IllegalArgumentException(codec + " carries no media of its own");
        }
    }

    public boolean isAudio() {
        return codec.isAudio();
    }

    public boolean isSimulcast() {
        return encodings.size() > 1;
    }

    public double seconds() {
        return (double) durationTicks / clockRateHz;
    }

    /** The rate of its data, without headers, of all encodings together. */
    public long bitsPerSecond() {
        return (long) (8 * encodings.stream().mapToLong(Encoding::bytes).sum() / seconds());
    }
}
