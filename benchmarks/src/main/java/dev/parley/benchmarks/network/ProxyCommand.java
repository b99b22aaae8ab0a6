package dev.parley.benchmarks.network;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The proxy by itself, until Ctrl-C. */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Stands between clients and a server's UDP ports, and loses, delays and jitters what passes, both ways and"
                    + " the same with the same seed. Clients must be told the proxy's address instead of the server's:"
                    + " ./parley serve --announce ADDRESS does that for Parley where the ports are the same.",
            "Prints what has passed at the end: after --seconds, or at Ctrl-C."
        })
public final class ProxyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything.
    private CommandSpec spec;

    @Option(names = "--listen", paramLabel = "HOST:PORT", required = true, description = "where clients send to")
    private String listen = "";

    @Option(names = "--to", paramLabel = "HOST:PORT", required = true, description = "the server")
    private String to = "";

    @Option(
            names = "--ports",
            paramLabel = "N",
            description = "so many ports in a row, here and there (default: ${DEFAULT-VALUE})")
    private int ports = 1;

    @Option(names = "--loss", paramLabel = "PERCENT", description = "packets lost (default: ${DEFAULT-VALUE})")
    private double lossPercent;

    @Option(names = "--delay-ms", paramLabel = "MS", description = "of every packet (default: ${DEFAULT-VALUE})")
    private double delayMs;

    @Option(
            names = "--jitter-ms",
            paramLabel = "MS",
            description = "more than that at most, evenly spread (default: ${DEFAULT-VALUE})")
    private double jitterMs;

    @Option(names = "--reorder", description = "let packets with less jitter overtake")
    private boolean reorder;

    @Option(names = "--seed", paramLabel = "N", description = "of what chance decides (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--seconds", paramLabel = "N", description = "how long (default: until Ctrl-C)")
    private long seconds = Long.MAX_VALUE;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public ProxyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try (UdpProxy proxy = UdpProxy.start(address(listen), address(to), ports, impairment())) {
            Thread summary = Thread.ofPlatform().unstarted(() -> print(System.out, proxy));
            Runtime.getRuntime().addShutdownHook(summary);
            System.err.println("parley: " + proxy.addresses() + " leads to " + to);
            boolean _ = ended.await(seconds, TimeUnit.SECONDS);
        }
        return 0;
    }

    private Impairment impairment() {
        try {
            return new Impairment(lossPercent / 100, duration(delayMs), duration(jitterMs), reorder, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Duration duration(double ms) {
        return Duration.ofNanos(Math.round(ms * 1e6));
    }

    private InetSocketAddress address(String text) throws UnknownHostException {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
            return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "an address is HOST:PORT such as 127.0.0.1:7882, got " + text, e);
        }
    }

    static void print(PrintStream out, UdpProxy proxy) {
        out.printf(Locale.ROOT, "%-14s %12s %12s %12s %12s%n", "", "received", "lost", "sent", "refused");
        print(out, "to the server", proxy.up());
        print(out, "to clients", proxy.down());
    }

    private static void print(PrintStream out, String direction, UdpProxy.Count count) {
        out.printf(
                Locale.ROOT,
                "%-14s %12d %12d %12d %12d%n",
                direction,
                count.received(),
                count.lost(),
                count.sent(),
                count.refused());
    }
}
