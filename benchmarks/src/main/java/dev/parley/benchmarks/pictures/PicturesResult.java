package dev.parley.benchmarks.pictures;

import dev.parley.benchmarks.load.LoadResult;

/**
 * What native bots saw beside a load.
 *
 * @param share of the capacity that was given
 * @param framesPerSecond decoded by each receiver
 * @param freezes of all receivers, as libwebrtc counts them
 * @param jitterBufferMs how long a picture waited in the jitter buffer, in the mean
 * @param latencyP50Ms from painting the time to reading it from the decoded picture
 * @param unreadable pictures whose time could not be read
 * @param load what the packet bots saw meanwhile
 */
record PicturesResult(
        double share,
        int rooms,
        double framesPerSecond,
        long freezes,
        double jitterBufferMs,
        double latencyP50Ms,
        double latencyP99Ms,
        double latencyMaxMs,
        int unreadable,
        LoadResult load) {}
