package dev.parley.signaling;

import dev.parley.signaling.config.ConfigException;
import dev.parley.signaling.config.ConfigKey;
import dev.parley.signaling.config.ConfigLayers;
import dev.parley.signaling.config.ServerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line: {@code parley serve}. Its options are the configuration's keys. */
public final class Main {
    private static final int EXIT_OK = CommandLine.ExitCode.OK;
    private static final int EXIT_START_FAILED = CommandLine.ExitCode.SOFTWARE;
    private static final int EXIT_USAGE = CommandLine.ExitCode.USAGE;

    private static final String SERVE = "serve";
    private static final String CONFIG = "--config";
    /** Set by the start script to let the JVM see a start, of which it makes its cache. */
    private static final String STOP_WHEN_READY = "parley.stop-when-ready";

    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    Main(Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(new Main(System.getenv(), out, err).run(arguments));
    }

    /** Runs until the server is told to stop, and returns the exit code. */
    int run(String... arguments) {
        return new CommandLine(parleySpec())
                .setOut(out)
                .setErr(err)
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler(this::refuse)
                .execute(arguments);
    }

    private static CommandSpec parleySpec() {
        CommandSpec parley = CommandSpec.create().name("parley").version("parley " + version());
        parley.mixinStandardHelpOptions(true);
        parley.usageMessage().description("A video conference server: a WebRTC selective forwarding unit.");
        parley.addSubcommand(SERVE, serveSpec());
        return parley;
    }

    private static CommandSpec serveSpec() {
        CommandSpec serve = CommandSpec.create().name(SERVE).version("parley " + version());
        serve.mixinStandardHelpOptions(true);
        serve.usageMessage()
                .description("Runs the server until it is told to stop (SIGINT, SIGTERM).")
                .footer(
                        "",
                        "Each option is also a key of the file and a variable of the environment:",
                        "--http-port is http-port: and PARLEY_HTTP_PORT. The command line wins over the",
                        "environment, which wins over the file. With no configuration it is a development",
                        "server that only this machine reaches.",
                        "",
                        "Exit codes: 1 could not start, 2 wrong configuration; stopped by a signal, the",
                        "signal's own (130, 143).")
                .sortOptions(false);
        serve.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .description("YAML file of keys and values")
                .build());
        ServerConfig defaults = ServerConfig.defaults();
        for (ConfigKey key : ConfigKey.values()) {
            serve.addOption(OptionSpec.builder("--" + key.key())
                    .paramLabel(key.valueLabel())
                    .type(String.class)
                    .description(key.help() + defaultNote(defaults.text(key)))
                    .build());
        }
        return serve;
    }

    private static String defaultNote(String value) {
        return value.isEmpty() ? "" : " (default: " + value + ")";
    }

    private static String version() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    private int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        ParseResult serve = parsed.subcommand();
        if (serve == null) {
            parsed.commandSpec().commandLine().usage(err);
            return EXIT_USAGE;
        }
        ServerConfig config;
        try {
            config = configuration(serve);
        } catch (ConfigException e) {
            err.println("parley: " + e.getMessage());
            return EXIT_USAGE;
        }
        try (ParleyServer server = ParleyServer.start(config)) {
            return serve(server);
        } catch (ConfigException e) {
            err.println("parley: " + e.getMessage());
            return EXIT_USAGE;
        } catch (IOException e) {
            err.println("parley: " + e.getMessage());
            return EXIT_START_FAILED;
        }
    }

    /** The whole of --help would push the one line that matters off the screen. */
    private int refuse(ParameterException e, String[] arguments) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("parley: " + e.getMessage() + " (" + command + " --help lists the options)");
        return EXIT_USAGE;
    }

    private ServerConfig configuration(ParseResult serve) {
        ConfigLayers layers = ConfigLayers.defaults();
        @Nullable Path file = serve.matchedOptionValue(CONFIG, null);
        if (file != null) {
            layers.file(file);
        }
        Map<ConfigKey, String> options = new EnumMap<>(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            String option = "--" + key.key();
            if (serve.hasMatchedOption(option)) {
                options.put(key, serve.matchedOptionValue(option, ""));
            }
        }
        return layers.environment(environment).commandLine(options).build();
    }

    private int serve(ParleyServer server) {
        if (Boolean.getBoolean(STOP_WHEN_READY)) {
            return EXIT_OK;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("parley-stop").unstarted(() -> {
            server.close();
            stopped.countDown();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        out.println("Parley is ready: " + server.url());
        if (server.isLoopbackOnly()) {
            out.println("This is a development server: only this machine reaches it, and anybody may join any room.");
        } else {
            out.println("Anybody who reaches this server may join any room.");
        }
        try {
            stopped.await();
        } catch (InterruptedException e) {
            // Whoever runs this in a thread of their own stops it so.
            Runtime.getRuntime().removeShutdownHook(hook);
            Thread.currentThread().interrupt();
        }
        return EXIT_OK;
    }
}
