package dev.parley.benchmarks.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs programs of the system that do one thing and end. */
public final class Programs {
    private Programs() {}

    /**
     * Runs a program and returns what it prints.
     *
     * @throws IOException if there is no such program, or with what it has to say if it fails
     */
    public static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + " was interrupted", e);
        }
        return output;
    }

    static String run(String... command) throws IOException {
        return run(List.of(command));
    }
}
