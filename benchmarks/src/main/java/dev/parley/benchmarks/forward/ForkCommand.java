package dev.parley.benchmarks.forward;

import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The JVM that measures: started by {@link ForwardCommand} for each I/O layer and cipher, a result a line. */
@Command(name = "fork", hidden = true, description = "One JVM of bench forward.")
public final class ForkCommand implements Callable<Integer> {
    /** What begins a line that carries a result. */
    static final String RESULT = "result ";
    /** What begins a line that says why there are not more. */
    static final String FAILURE = "failure ";

    @Option(names = "--io", required = true)
    private String io = "";

    @Option(names = "--cipher", required = true)
    private String cipher = "";

    @Option(names = "--shape", required = true, description = "receivers:bytes:gso")
    private List<String> shapes = new ArrayList<>();

    @Option(names = "--program")
    private @Nullable Path program;

    @Option(names = "--limit-cipher")
    private @Nullable String limitCipher;

    @Option(names = "--budget-ms", required = true)
    private long budgetMs;

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public ForkCommand() {}

    /** The arguments that {@link #call} reads a plan from. */
    static List<String> arguments(ForkPlan plan) {
        List<String> arguments = new ArrayList<>(List.of("fork", "--io", plan.io(), "--cipher", plan.cipher()));
        for (Shape shape : plan.shapes()) {
            arguments.add("--shape");
            arguments.add(shape.receivers() + ":" + shape.packetBytes() + ":" + shape.gso());
        }
        if (plan.program() != null && plan.limitCipher() != null) {
            arguments.addAll(List.of("--program", plan.program().toString(), "--limit-cipher", plan.limitCipher()));
        }
        arguments.addAll(List.of("--budget-ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(plan.budgetNs()))));
        return arguments;
    }

    private static Shape shape(String text) {
        String[] parts = text.split(":", -1);
        return new Shape(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public Integer call() {
        long upNs = TimeUnit.MILLISECONDS.toNanos(
                ManagementFactory.getRuntimeMXBean().getUptime());
        ForkPlan plan = new ForkPlan(
                io,
                cipher,
                shapes.stream().map(ForkCommand::shape).toList(),
                program,
                limitCipher,
                TimeUnit.MILLISECONDS.toNanos(budgetMs));
        JsonMapper json = new JsonMapper();
        try (Fork fork = new Fork(plan, ciphers(cipher))) {
            fork.run(System.nanoTime() - upNs, result -> System.out.println(RESULT + json.writeValueAsString(result)));
            return 0;
        } catch (IOException e) {
            System.out.println(FAILURE + e.getMessage());
            return 1;
        }
    }

    private static SrtpCipherProvider ciphers(String name) throws IOException {
        try {
            return SrtpCipherProviders.select(name, System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
