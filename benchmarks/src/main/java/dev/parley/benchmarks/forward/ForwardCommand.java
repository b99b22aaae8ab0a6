package dev.parley.benchmarks.forward;

import dev.parley.sfu.buffer.PacketPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Builds the C program, lets a JVM measure for each I/O layer and cipher, and reports. */
@Command(
        name = "forward",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Forwards packets of one publisher to many receivers over loopback, by turns with Parley's own classes and"
                    + " with a program in C that does the same, and tells what each has cost the thread that forwards:"
                    + " nanoseconds of CPU time and bytes allocated a packet sent.",
            "docs/performance.md says what each column means."
        })
public final class ForwardCommand implements Callable<Integer> {
    private static final long FULL_NS = TimeUnit.SECONDS.toNanos(112);
    private static final long QUICK_NS = TimeUnit.SECONDS.toNanos(36);
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(5);

    @Option(names = "--quick", description = "the most telling rows only, in less than 40 seconds instead of 120")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "writes the rows and the machine to this file too")
    private @Nullable Path json;

    @Option(names = "--receivers", split = ",", paramLabel = "N", description = "subscribers (default: 50,10)")
    private List<Integer> receivers = Matrix.RECEIVERS;

    @Option(names = "--bytes", split = ",", paramLabel = "N", description = "RTP bytes a packet (default: 1200,160)")
    private List<Integer> packetBytes = Matrix.PACKET_BYTES;

    @Option(names = "--gso", split = ",", paramLabel = "N", description = "packets a frame, so a run (default: 1,4,8)")
    private List<Integer> gso = Matrix.GSO;

    @Option(names = "--io", split = ",", paramLabel = "LAYER", description = "default: foreign,epoll,nio")
    private List<String> io = Matrix.IO;

    @Option(names = "--cipher", split = ",", paramLabel = "NAME", description = "default: ipsec-mb,openssl,jdk")
    private List<String> ciphers = Matrix.CIPHERS;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "time for all of it (default: 112, with --quick 36); what does not fit is left out")
    private long seconds;

    @Spec
    private @Nullable CommandSpec spec;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public ForwardCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        long startNs = System.nanoTime()
                - TimeUnit.MILLISECONDS.toNanos(
                        ManagementFactory.getRuntimeMXBean().getUptime());
        long endNs = startNs + (seconds > 0 ? TimeUnit.SECONDS.toNanos(seconds) : quick ? QUICK_NS : FULL_NS);
        List<String> notes = new ArrayList<>();
        CLimit limit = CLimit.build(buildFolder());
        notes.addAll(limit.missing());
        limit.missing().forEach(this::say);
        Matrix matrix = new Matrix(receivers, packetBytes, gso, io, ciphers);
        List<Matrix.Combination> combinations = quick ? matrix.quick() : matrix.full();
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < combinations.size(); i++) {
            int weights = combinations.subList(i, combinations.size()).stream()
                    .mapToInt(Matrix.Combination::weight)
                    .sum();
            Matrix.Combination combination = combinations.get(i);
            long budgetNs = (endNs - System.nanoTime()) * combination.weight() / weights;
            measure(combination, limit, budgetNs, results, notes);
        }
        notes.addAll(remarks(results));
        Report report = new Report(results, Machine.here(load, notes));
        report.print(out());
        if (json != null) {
            report.writeJson(json);
            say("wrote " + json);
        }
        return results.isEmpty() ? 1 : 0;
    }

    private static List<String> remarks(List<Result> results) {
        List<String> remarks = new ArrayList<>();
        if (results.stream().anyMatch(result -> result.cipher().equals("jdk") && result.ratioToC() != null)) {
            remarks.add("cipher jdk: the ratio is to C with OpenSSL, as C has no JDK.");
        }
        if (results.stream().anyMatch(result -> result.meanRun() < 0.9 * result.gso())) {
            remarks.add("Where the column run is below gso, the ratio is to C with runs of gso all the same.");
        }
        return remarks;
    }

    /** Beside the jar, or beside the folder of classes: the module's target. */
    private static Path buildFolder() {
        Path code = Path.of(ForwardCommand.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return code.resolveSibling("c").toAbsolutePath();
    }

    private void measure(
            Matrix.Combination combination, CLimit limit, long budgetNs, List<Result> results, List<String> notes)
            throws IOException, InterruptedException {
        String name = combination.io() + " with " + combination.cipher();
        ForkPlan plan = new ForkPlan(
                combination.io(),
                combination.cipher(),
                combination.shapes(),
                limit.program(),
                limit.counterpart(combination.cipher()),
                budgetNs);
        say(String.format(Locale.ROOT, "%s, %.0f s", name, budgetNs / 1e9));
        Process process = new ProcessBuilder(command(plan))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread hook = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        Thread watchdog = Thread.ofVirtual().start(() -> endAfter(process, budgetNs + GRACE_NS));
        int before = results.size();
        try {
            read(process, name, results, notes);
        } finally {
            watchdog.interrupt();
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        int missing = combination.shapes().size() - (results.size() - before);
        if (missing > 0 && results.size() > before) {
            notes.add(name + ": no time for " + missing + " of "
                    + combination.shapes().size() + " rows");
        }
    }

    private static void endAfter(Process process, long ns) {
        try {
            if (!process.waitFor(ns, TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // It has ended by itself.
        }
    }

    private static void read(Process process, String name, List<Result> results, List<String> notes)
            throws IOException {
        JsonMapper mapper = new JsonMapper();
        boolean told = false;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ForkCommand.RESULT)) {
                    results.add(mapper.readValue(line.substring(ForkCommand.RESULT.length()), Result.class));
                    told = true;
                } else if (line.startsWith(ForkCommand.FAILURE)) {
                    notes.add(name + ": " + line.substring(ForkCommand.FAILURE.length()));
                    told = true;
                }
            }
        }
        if (!told) {
            notes.add(name + ": has ended without a result");
        }
    }

    private static List<String> command(ForkPlan plan) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The server's own flags, which the script has started this JVM with.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // Tests trace leaks, at an object a packet.
                .filter(argument -> !argument.startsWith("-D" + PacketPool.LEAK_TRACING))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.parley.benchmarks.Main"));
        command.addAll(ForkCommand.arguments(plan));
        return command;
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true, System.out.charset())
                : spec.commandLine().getOut();
    }

    private void say(String text) {
        System.err.println("parley: " + text);
    }
}
