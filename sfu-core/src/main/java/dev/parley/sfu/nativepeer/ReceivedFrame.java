package dev.parley.sfu.nativepeer;

/**
 * A decoded picture of a track.
 *
 * @param trackId whose it is, {@code TR_…}
 * @param image valid until the receiver of it returns; {@link I420Frame#copy()} what is to be kept
 * @param rotationDegrees by how much to turn it clockwise for showing: 0, 90, 180 or 270
 * @param timestampNs when it is due, on the scale of {@link System#nanoTime()}
 */
public record ReceivedFrame(String trackId, I420Frame image, int rotationDegrees, long timestampNs) {}
