package dev.parley.benchmarks.clips;

/**
 * A decrypted media packet without what RTP adds.
 *
 * @param arrivedNs when it was decrypted
 * @param keyframe whether a keyframe starts in it
 * @param descriptor the dependency descriptor, or empty
 * @param data the payload behind its descriptor: VP8 and VP9 a part of a frame, H264 and AV1 what RTP makes of them
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares packets.
record RecordedPacket(
        long arrivedNs,
        int sequenceNumber,
        int timestamp,
        int spatialId,
        int temporalId,
        boolean keyframe,
        boolean interPicture,
        boolean interLayer,
        boolean switchingUp,
        byte[] descriptor,
        byte[] data) {}
