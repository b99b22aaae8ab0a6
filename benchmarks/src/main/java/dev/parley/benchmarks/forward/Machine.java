package dev.parley.benchmarks.forward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where it was measured.
 *
 * @param cpu the processor's name, as Linux knows it
 * @param kernel name and release of the operating system
 * @param load1 threads that wanted to run in the minute before, other work's included
 * @param notes what is missing, left out, or to be known when the rows are read
 */
public record Machine(String cpu, int cores, String kernel, String java, double load1, List<String> notes) {
    public Machine {
        notes = List.copyOf(notes);
    }

    public static Machine here(double load1, List<String> notes) {
        return new Machine(
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                load1,
                notes);
    }

    private static String cpuName() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            // Not Linux, or not to be read: the architecture will have to do.
        }
        return System.getProperty("os.arch");
    }
}
