package dev.parley.apache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code ./parley bench proxy-sockets}. */
final class Main {
    private static final String USAGE = """
            Usage: ./parley bench proxy-sockets [--sockets N] [--seconds N] [--json FILE]

            Holds N WebSockets (500) open through httpd for N seconds (120), each of a participant that pings every
            5 s, and prints httpd's memory and CPU, and how long a ping takes directly and through httpd.
            """;

    private Main() {}

    @SuppressWarnings("SystemOut") // a program for the command line
    public static void main(String[] args) throws IOException, InterruptedException {
        int sockets = 500;
        int seconds = 120;
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : "";
            switch (args[i]) {
                case "--sockets" -> sockets = Integer.parseInt(value);
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--json" -> json = Path.of(value);
                default -> {
                    System.out.print(USAGE);
                    return;
                }
            }
        }
        ProxySockets.Result result = ProxySockets.measure(sockets, Duration.ofSeconds(seconds));
        System.out.print(result.report(seconds));
        if (json != null) {
            Files.writeString(json, result.json());
        }
    }
}
