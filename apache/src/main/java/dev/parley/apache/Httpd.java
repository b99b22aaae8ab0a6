package dev.parley.apache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's apache2 with the site's configuration, in a folder and on ports of its own. */
final class Httpd implements AutoCloseable {
    private static final String FOLDER = "httpd";
    private static final int STOP_SECONDS = 10;

    // proc(5)
    private static final int FIRST_FIELD = 3;
    private static final int USER_TIME = 14;
    private static final int SYSTEM_TIME = 15;
    private static final int CHILDREN_USER_TIME = 16;
    private static final int CHILDREN_SYSTEM_TIME = 17;
    /** The kernel tells user space of 100 ticks a second on every architecture that Debian has. */
    private static final int MS_PER_TICK = 10;

    /** Made for {@code folder} alone. */
    private final Path home;

    private final Path folder;
    private final List<String> command;
    private final int httpPort;
    private final int httpsPort;
    private final Process process;

    private Httpd(Path home, List<String> command, int httpPort, int httpsPort) throws IOException {
        this.home = home;
        this.folder = home.resolve(FOLDER);
        this.command = command;
        this.httpPort = httpPort;
        this.httpsPort = httpsPort;
        List<String> foreground = new ArrayList<>(command);
        foreground.add("-DFOREGROUND");
        this.process = new ProcessBuilder(foreground)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("logs/standard.log").toFile())
                .start();
    }

    /**
     * Starts it before a backend.
     *
     * @param variables those of {@code variables.conf} that differ, without {@code PARLEY_}
     */
    static Httpd start(Map<String, String> variables) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("parley-httpd-");
        Path folder = home.resolve(FOLDER);
        int http = Programs.freePort();
        int https = Programs.freePort();
        List<String> make = new ArrayList<>(List.of(
                Programs.MODULE.resolve("bin/httpd-folder").toString(),
                folder.toString(),
                Programs.PROJECT.resolve("web-client/dist").toString(),
                "HTTP=127.0.0.1:" + http,
                "HTTPS=127.0.0.1:" + https));
        variables.forEach((name, value) -> make.add(name + "=" + value));
        // httpd's own user has to get there.
        Programs.run(List.of("chmod", "755", home.toString()));
        List<String> command = List.of(Programs.run(make).strip().split(" "));
        Httpd httpd = new Httpd(home, command, http, https);
        Programs.await("httpd runs", () -> Files.exists(folder.resolve("httpd.pid")) || !httpd.process.isAlive());
        if (!httpd.process.isAlive()) {
            throw new IllegalStateException("httpd ended: " + httpd.log());
        }
        return httpd;
    }

    int httpPort() {
        return httpPort;
    }

    int httpsPort() {
        return httpsPort;
    }

    /** As in the browser's address line. */
    String authority() {
        return "localhost:" + httpsPort;
    }

    Path client() {
        return folder.resolve("client");
    }

    /** What {@code apachectl configtest} prints. */
    String configtest() throws IOException, InterruptedException {
        List<String> test = new ArrayList<>(command);
        test.add("-t");
        return Programs.run(test);
    }

    /** The CPU time of all of its processes, those included that have ended. */
    Duration cpuTime() {
        long ticks = ticks(process.pid(), USER_TIME, SYSTEM_TIME, CHILDREN_USER_TIME, CHILDREN_SYSTEM_TIME)
                + process.descendants()
                        .mapToLong(child -> ticks(child.pid(), USER_TIME, SYSTEM_TIME))
                        .sum();
        return Duration.ofMillis(ticks * MS_PER_TICK);
    }

    /** The sum of fields of {@code /proc/<pid>/stat}, counted from the one after the name (proc(5): state, field 3). */
    private static long ticks(long pid, int... fields) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Arrays.stream(fields)
                    .mapToLong(field -> Long.parseLong(values[field - FIRST_FIELD]))
                    .sum();
        } catch (IOException e) {
            return 0; // It has just ended, and counts with its parent's children from now on.
        }
    }

    /** The memory of all of its processes; what they share is counted once (the kernel's PSS). */
    long memoryBytes() {
        return processes().mapToLong(Httpd::proportionalBytes).sum();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private static long proportionalBytes(ProcessHandle handle) {
        try {
            return Files.readAllLines(Path.of("/proc/" + handle.pid() + "/smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            return 0; // It has just ended.
        }
    }

    /** All that it has logged but requests. */
    String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : List.of("logs/standard.log", "logs/error.log", "logs/parley-error.log")) {
            Path file = folder.resolve(name);
            text.append(Files.exists(file) ? Files.readString(file) : "");
        }
        return text.toString();
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
        try (Stream<Path> paths = Files.walk(home)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
