package dev.parley.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the JMH benchmarks, with what each allocates. */
@Command(
        name = "micro",
        mixinStandardHelpOptions = true,
        description = "Measures the pieces of the media path one by one, with JMH.")
final class MicroCommand implements Callable<Integer> {
    private static final TimeValue ITERATION = new TimeValue(500, TimeUnit.MILLISECONDS);

    @Parameters(
            paramLabel = "PATTERN",
            arity = "0..1",
            description = "a regular expression that names of benchmarks must match, such as Protect (default: all)")
    private @Nullable String pattern;

    @Option(names = "--iterations", paramLabel = "N", description = "of half a second each (default: 5)")
    private int iterations = 5;

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each benchmark (default: 1)")
    private int forks = 1;

    @Override
    public Integer call() throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(pattern == null ? "dev\\.parley\\.benchmarks\\.micro\\." : pattern)
                        .forks(forks)
                        .warmupIterations(iterations)
                        .warmupTime(ITERATION)
                        .measurementIterations(iterations)
                        .measurementTime(ITERATION)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
        return 0;
    }
}
