package dev.parley.signaling.session;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Bounds the joins of one source address, so that one host cannot fill the rooms. Owned by the session loop. An IPv6
 * host usually has a whole /64 to itself, so that counts as one address.
 */
final class JoinLimiter {
    private static final int IPV6_PREFIX_BYTES = 8;
    private static final int IPV6_BYTES = 16;
    private static final double SECONDS_PER_MINUTE = 60;

    /** Beyond so many addresses those that have long been quiet are forgotten. */
    private static final int SWEEP_SIZE = 4_096;

    private final int joinsPerMinute;
    private final Map<String, TokenBucket> buckets = new HashMap<>();
    private int sweepSize = SWEEP_SIZE;

    JoinLimiter(int joinsPerMinute) {
        this.joinsPerMinute = joinsPerMinute;
    }

    boolean allows(String address, long nowNs) {
        if (buckets.size() >= sweepSize) {
            buckets.values().removeIf(bucket -> bucket.isFull(nowNs));
            // Doubling keeps the sweep's cost constant a join while an attack comes from many addresses.
            sweepSize = Math.max(SWEEP_SIZE, 2 * buckets.size());
        }
        return buckets.computeIfAbsent(
                        network(address),
                        _ -> new TokenBucket(joinsPerMinute / SECONDS_PER_MINUTE, joinsPerMinute, nowNs))
                .tryTake(nowNs);
    }

    private static String network(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes != null && bytes.length == IPV6_BYTES
                ? HexFormat.of().formatHex(Arrays.copyOf(bytes, IPV6_PREFIX_BYTES))
                : address;
    }
}
