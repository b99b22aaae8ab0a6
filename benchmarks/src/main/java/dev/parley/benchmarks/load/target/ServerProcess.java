package dev.parley.benchmarks.load.target;

import dev.parley.benchmarks.accounting.CpuAffinity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that was started here, with its output in a file. */
public final class ServerProcess implements AutoCloseable {
    private static final long READY_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_MS = 20;
    private static final long GOODBYE_SECONDS = 10;
    private static final int TOLD_CHARS = 2_000;

    private final Process process;
    private final Path log;
    private final List<String> command;

    private ServerProcess(Process process, Path log, List<String> command) {
        this.process = process;
        this.log = log;
        this.command = List.copyOf(command);
    }

    /** Starts a command at the server's side, on the cores that are the server's. */
    public static ServerProcess start(ServerPlan plan, List<String> command) throws IOException {
        Path log = plan.folder().resolve("server.log");
        List<String> pinned = plan.cores().isEmpty() ? command : CpuAffinity.on(plan.cores(), command);
        List<String> placed = plan.place().atServer(pinned);
        ProcessBuilder builder =
                new ProcessBuilder(placed).redirectErrorStream(true).redirectOutput(log.toFile());
        // What is set for this tool is no setting of the server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PARLEY_"));
        return new ServerProcess(builder.start(), log, command);
    }

    /**
     * Waits until the output has this.
     *
     * @throws IOException if the server ends before, or takes too long; the message has the end of its output
     */
    public Matcher await(Pattern ready) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < READY_NS) {
            Matcher matcher = ready.matcher(output());
            if (matcher.find()) {
                return matcher;
            }
            if (!process.isAlive()) {
                throw new IOException("the server has ended: " + lastOutput());
            }
            Thread.sleep(LOOK_MS);
        }
        throw new IOException("the server is not ready: " + lastOutput());
    }

    private String output() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The end of what it has said. */
    public String lastOutput() throws IOException {
        String output = output();
        return output.substring(Math.max(0, output.length() - TOLD_CHARS)).strip();
    }

    /** Of the server itself: what puts it in its place and on its core has become it. */
    public long pid() {
        return process.pid();
    }

    public List<String> command() {
        return command;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
