package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.crypto.SrtpProfile;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How bots connect.
 *
 * @param localAddress the IPv4 address that their sockets are bound to
 * @param threads that carry them
 * @param profiles of SRTP that are offered, in this order
 * @param route where to send instead of to a candidate of the server: to a proxy on the way, say
 */
public record BotSettings(
        String localAddress, int threads, List<SrtpProfile> profiles, UnaryOperator<InetSocketAddress> route) {
    public BotSettings {
        profiles = List.copyOf(profiles);
    }

    /** One thread, and AES-128-GCM alone, so that all servers have the same to do. */
    public static BotSettings of(String localAddress) {
        return new BotSettings(localAddress, 1, List.of(SrtpProfile.AEAD_AES_128_GCM), UnaryOperator.identity());
    }
}
