package dev.parley.benchmarks;

import dev.parley.benchmarks.clips.ClipsCommand;
import dev.parley.benchmarks.compare.CompareCommand;
import dev.parley.benchmarks.congestion.CongestionCommand;
import dev.parley.benchmarks.delay.DelayCommand;
import dev.parley.benchmarks.forward.ForkCommand;
import dev.parley.benchmarks.forward.ForwardCommand;
import dev.parley.benchmarks.load.LoadCommand;
import dev.parley.benchmarks.nativepeer.NativeCommand;
import dev.parley.benchmarks.network.ProxyCommand;
import dev.parley.benchmarks.pictures.PicturesCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code ./parley bench}. */
@Command(
        name = "parley bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures what Parley and its media path cost on this machine, and how it does on narrow networks.",
        subcommands = {
            LoadCommand.class,
            CompareCommand.class,
            PicturesCommand.class,
            ForwardCommand.class,
            DelayCommand.class,
            CongestionCommand.class,
            NativeCommand.class,
            MicroCommand.class,
            ProxyCommand.class,
            ClipsCommand.class,
            ForkCommand.class
        },
        synopsisSubcommandLabel =
                "(load | compare | pictures | forward | delay | congestion | native | micro | proxy | clips)")
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // The shards' threads are no daemons, so that only this ends the process.
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setParameterExceptionHandler((failure, given) -> {
                    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
                    failure.getCommandLine()
                            .getErr()
                            .println("parley: " + failure.getMessage() + " (" + command + " --help lists the options)");
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(arguments);
    }
}
