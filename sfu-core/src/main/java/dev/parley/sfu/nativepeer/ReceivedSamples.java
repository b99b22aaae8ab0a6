package dev.parley.sfu.nativepeer;

/**
 * Decoded sound of a track, 10 ms of it.
 *
 * @param trackId whose it is, {@code TR_…}
 * @param pcm 16 bits a sample; the channels' samples alternate. The receiver's own
 * @param timestampNs when it was decoded, on the scale of {@link System#nanoTime()}
 */
@SuppressWarnings("ArrayRecordComponent") // A hundred times a second: handed over, not copied and not compared.
public record ReceivedSamples(String trackId, short[] pcm, int sampleRateHz, int channels, long timestampNs) {}
