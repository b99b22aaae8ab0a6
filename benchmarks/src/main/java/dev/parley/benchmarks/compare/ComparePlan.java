package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.load.LoadShape;
import dev.parley.sfu.rtp.Codec;
import java.util.List;

/**
 * What is to be compared.
 *
 * @param rounds of each load on each server
 * @param warmUpSeconds under load, for servers on a JVM
 * @param seconds of each round
 * @param budgetSeconds since the start of the process, after which no further round begins once there are three
 */
record ComparePlan(List<LoadShape> loads, int rounds, int warmUpSeconds, int seconds, Codec codec, long budgetSeconds) {
    /** Fewer than this tell no spread. */
    static final int LEAST_ROUNDS = 3;

    ComparePlan {
        loads = List.copyOf(loads);
        if (loads.isEmpty() || rounds < 1 || seconds < 1 || warmUpSeconds < 0) {
            throw new IllegalArgumentException("there is a load, a round and a second at least");
        }
    }
}
