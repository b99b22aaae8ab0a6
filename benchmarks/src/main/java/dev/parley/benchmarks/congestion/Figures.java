package dev.parley.benchmarks.congestion;

/**
 * What a scenario came to. {@link Double#NaN} stands for what does not apply to it, infinity for what never happened.
 *
 * @param utilisation what arrived of all flows, as a share of what the bottleneck could carry, from the start on
 * @param queueP50Ms time that media's packets waited in the bottleneck's queue, the median
 * @param queueP95Ms its 95th percentile
 * @param loss share of media's packets that the queue dropped
 * @param lossInAll that, and what was lost by chance
 * @param secondsTo90Percent the longest that it took after the capacity had risen until 90 % of it arrived
 * @param secondsToDrain the longest that it took after the capacity had fallen until the queue was empty
 * @param fairness Jain's index over the flows of media, in the second half
 * @param mediaShare what media got of what arrived, in the second half
 * @param estimateLeast the lowest that the first flow's estimate was, of the capacity, from 5 s after each change on
 * @param estimateMost the highest that it was
 * @param secondsWithoutPicture the longest that nothing of the first flow's camera arrived, or was sent, at all
 */
record Figures(
        double utilisation,
        double queueP50Ms,
        double queueP95Ms,
        double loss,
        double lossInAll,
        double secondsTo90Percent,
        double secondsToDrain,
        double fairness,
        double mediaShare,
        double estimateLeast,
        double estimateMost,
        double secondsWithoutPicture) {}
