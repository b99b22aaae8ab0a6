package dev.parley.benchmarks.network;

import dev.parley.benchmarks.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace for the server and one for the clients, joined by a pair of virtual interfaces. Their names carry the
 * process that made them: what one has left behind that was killed, the next run takes away.
 */
public final class NamespaceNetwork implements TestNetwork {
    /** Addresses for benchmarks (RFC 2544 appendix C.2.2), which nobody routes. */
    private static final String SERVER_ADDRESS = "198.18.0.1";

    private static final String CLIENT_ADDRESS = "198.18.0.2";
    private static final String PREFIX = "parley-bench-";
    /** Each end is in a namespace of its own, so that its name is nobody else's. */
    private static final long CARRIER_WAIT_NS = 5_000_000_000L;

    private static final long CARRIER_LOOK_NS = 20_000_000L;
    private static final String INTERFACE = "veth0";

    /** The environment variable that tells a process at the clients' side where it is. */
    private static final String JOINED = "PARLEY_BENCH_NETWORK";

    /** The longest that the bucket lets packets wait before it drops them. */
    private static final String BUCKET_LATENCY = "100ms";

    /** How much may leave at once: some frames, as in a router's buffer. */
    private static final int MIN_BURST_BYTES = 32_768;

    private static final int BURST_MS = 5;

    private static final long GOODBYE_SECONDS = 20;

    private final String server;
    private final String clients;
    /** Null for who has not made the namespaces, but runs in one of them. */
    private final @Nullable Thread atExit;

    private @Nullable Process guest;
    private boolean closed;

    private NamespaceNetwork(String name, boolean made) {
        this.server = name + "-s";
        this.clients = name + "-c";
        this.atExit = made ? Thread.ofPlatform().unstarted(this::remove) : null;
    }

    /** The network that {@link #runAgain} has started this process in, if any. */
    public static Optional<NamespaceNetwork> joined() {
        return Optional.ofNullable(System.getenv(JOINED)).map(name -> new NamespaceNetwork(name, false));
    }

    /** Why namespaces cannot be had here, as a sentence; empty when they can. */
    public static Optional<String> problem() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("network namespaces are Linux's");
        }
        try {
            if (!Programs.run("id", "-u").strip().equals("0")) {
                return Optional.of("only root may make network namespaces");
            }
            Programs.run("ip", "-V");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("network namespaces take Debian's package iproute2: " + e.getMessage());
        }
    }

    /** Makes both sides, after what dead processes have left is gone. */
    public static NamespaceNetwork open() throws IOException {
        removeAbandoned();
        String name = PREFIX + ProcessHandle.current().pid() + "-"
                + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
        NamespaceNetwork network = new NamespaceNetwork(name, true);
        // Ctrl-C too leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(Objects.requireNonNull(network.atExit));
        try {
            network.make();
        } catch (IOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void make() throws IOException {
        Programs.run("ip", "netns", "add", server);
        Programs.run("ip", "netns", "add", clients);
        Programs.run(
                "ip", "-n", server, "link", "add", INTERFACE, "type", "veth", "peer", "name", INTERFACE, "netns",
                clients);
        raise(server, SERVER_ADDRESS);
        raise(clients, CLIENT_ADDRESS);
        awaitCarrier(server);
        awaitCarrier(clients);
    }

    /** The kernel says up to a second later that a link carries, and libwebrtc uses no other. */
    private static void awaitCarrier(String namespace) throws IOException {
        long deadlineNs = System.nanoTime() + CARRIER_WAIT_NS;
        while (!Programs.run("ip", "-n", namespace, "-br", "link", "show", "dev", INTERFACE)
                .contains(" UP ")) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("the link of namespace " + namespace + " does not come up");
            }
            LockSupport.parkNanos(CARRIER_LOOK_NS);
        }
    }

    private static void raise(String namespace, String address) throws IOException {
        Programs.run("ip", "-n", namespace, "addr", "add", address + "/30", "dev", INTERFACE);
        Programs.run("ip", "-n", namespace, "link", "set", INTERFACE, "up");
        Programs.run("ip", "-n", namespace, "link", "set", "lo", "up");
    }

    /** Removes the namespaces, and ends the processes in them, of runs whose process is no more. */
    static List<String> removeAbandoned() throws IOException {
        List<String> removed = new ArrayList<>();
        for (String line : Programs.run("ip", "netns", "list").lines().toList()) {
            String name = line.split(" ", 2)[0];
            if (name.startsWith(PREFIX) && !isAlive(name)) {
                remove(name);
                removed.add(name);
            }
        }
        return removed;
    }

    private static boolean isAlive(String name) {
        try {
            long pid = Long.parseLong(name.substring(PREFIX.length()).split("-", 2)[0]);
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        } catch (NumberFormatException e) {
            // Not a name of ours.
            return true;
        }
    }

    private static void remove(String namespace) {
        try {
            for (String pid :
                    Programs.run("ip", "netns", "pids", namespace).lines().toList()) {
                ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
            }
            Programs.run("ip", "netns", "delete", namespace);
        } catch (IOException e) {
            System.err.println("parley: " + e.getMessage());
        }
    }

    @Override
    public String serverAddress() {
        return SERVER_ADDRESS;
    }

    @Override
    public String clientAddress() {
        return CLIENT_ADDRESS;
    }

    @Override
    public List<String> atServer(List<String> command) {
        return inside(server, command);
    }

    @Override
    public List<String> atClients(List<String> command) {
        return inside(clients, command);
    }

    private static List<String> inside(String namespace, List<String> command) {
        List<String> changed = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        changed.addAll(command);
        return changed;
    }

    @Override
    public void limit(long bitsPerSecond) throws IOException {
        for (String namespace : List.of(server, clients)) {
            boolean limited = Programs.run("tc", "-n", namespace, "qdisc", "show", "dev", INTERFACE)
                    .contains("tbf");
            if (bitsPerSecond > 0) {
                Programs.run(bucket(namespace, bitsPerSecond));
            } else if (limited) {
                Programs.run("tc", "-n", namespace, "qdisc", "delete", "dev", INTERFACE, "root");
            }
        }
    }

    static List<String> bucket(String namespace, long bitsPerSecond) {
        long burst = Math.max(MIN_BURST_BYTES, bitsPerSecond / 8 * BURST_MS / 1_000);
        return List.of(
                "tc",
                "-n",
                namespace,
                "qdisc",
                "replace",
                "dev",
                INTERFACE,
                "root",
                "tbf",
                "rate",
                String.format(Locale.ROOT, "%dbit", bitsPerSecond),
                "burst",
                Long.toString(burst),
                "latency",
                BUCKET_LATENCY);
    }

    @Override
    public String description() {
        return "server and clients in a network namespace each, joined by veth";
    }

    /**
     * Runs this program once more, at the clients' side, with these arguments and this one's terminal, and waits for its
     * end. A JVM cannot change sides: its threads would have to do so each by itself.
     *
     * @return its exit code
     */
    public int runAgain(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(atClients(command)).inheritIO();
        builder.environment().put(JOINED, server.substring(0, server.length() - 2));
        Process process = builder.start();
        synchronized (this) {
            guest = process;
        }
        return process.waitFor();
    }

    private synchronized void remove() {
        if (closed) {
            return;
        }
        closed = true;
        Process last = guest;
        if (last != null && last.isAlive()) {
            // It may have something to print yet, and what it has started to end.
            last.destroy();
            try {
                boolean _ = last.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        remove(clients);
        remove(server);
    }

    @Override
    public void close() {
        if (atExit == null) {
            return;
        }
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook has run or will.
        }
    }
}
