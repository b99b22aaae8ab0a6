package dev.parley.benchmarks.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CpuAffinityTest {
    private static String allowed(String task) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + task + "/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pinsAProcessAndItsThreads() throws IOException {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            CpuAffinity.pinProcess(process.pid(), List.of(0));
            assertEquals("0", allowed(Long.toString(process.pid())));
        } finally {
            process.destroy();
        }
    }

    @Test
    void startsACommandOnItsCores() throws IOException {
        Process process = new ProcessBuilder(CpuAffinity.on(List.of(0), List.of("cat", "/proc/self/status"))).start();
        assertTrue(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .contains("Cpus_allowed_list:\t0\n"));
    }

    @Test
    void saysThatThereIsNoSuchCore() {
        assertFalse(CpuAffinity.pinThread(0, List.of(1_000)));
    }
}
