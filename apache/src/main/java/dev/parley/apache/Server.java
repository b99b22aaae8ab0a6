package dev.parley.apache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the SFU's jar, as {@code ./parley} builds it. */
final class Server implements AutoCloseable {
    private static final Path JAR = Programs.PROJECT.resolve("signaling/target/parley-server.jar");
    private static final Pattern READY = Pattern.compile("Parley is ready: http://\\S+:(\\d+)");
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final int port;

    private Server(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static Server start(String... options) throws IOException, InterruptedException {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing: type ./parley build");
        }
        Path log = Files.createTempFile("parley-server-", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                JAR.toString(),
                "serve",
                "--http-port=0",
                "--udp-port=0",
                "--trusted-proxies=127.0.0.1"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Programs.await(
                "the server is ready",
                () -> !process.isAlive() || READY.matcher(read(log)).find());
        Matcher ready = READY.matcher(read(log));
        if (!ready.find()) {
            throw new IllegalStateException("the server did not start: " + read(log));
        }
        return new Server(process, log, Integer.parseInt(ready.group(1)));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }
}
