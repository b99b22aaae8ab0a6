package dev.parley.sfu.nativepeer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** 500 connections come and go in any order, and nothing is left of them but what the library is known to leak. */
@EnabledOnOs(OS.LINUX)
final class NativeChurnIT {
    private static final int CONNECTIONS = 500;
    private static final long TIMEOUT_MINUTES = 6;
    private static final String SEED = System.getProperty("parley.churn-seed", "20251122");
    /** What measuring by resident memory cannot tell from a leak. */
    private static final long NOISE_BYTES = 24_000_000;

    @BeforeEach
    void needsTheLibrary() {
        Natives.assumeSupported();
    }

    @Test
    void noOrderOfJoinsPublicationsAndEndsCrashesOrLeaksMoreThanIsKnown(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("churn.log");
        Process churn = start(output);
        try {
            assertTrue(
                    churn.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES),
                    () -> "seed " + SEED + " hangs:\n" + text(output));
        } finally {
            churn.destroyForcibly();
        }
        String told = text(output);
        System.out.println("seed " + SEED + "\n" + told);
        assertEquals(0, churn.exitValue(), () -> "seed " + SEED + " ended the JVM:\n" + told);

        Map<String, String> result = result(told);
        assertEquals(CONNECTIONS, number(result, "closed"), "connections closed");
        assertEquals(0, number(result, "open"), "connections still open");
        assertEquals(0, number(result, "callbackFailures"), "exceptions in callbacks");
        assertTrue(number(result, "frames") > CONNECTIONS, () -> "hardly a picture was received: " + result);
        assertTrue(number(result, "samples") > CONNECTIONS, () -> "hardly a sample was received: " + result);
        assertEquals("[]", result.get("newThreads"), "threads that there were not at the start");
        long known = number(result, "knownLeakBytes") + NOISE_BYTES;
        assertTrue(
                number(result, "grownBytes") <= known,
                () -> "resident memory has grown by more than the known leak of " + known + ": " + result);
    }

    private static Process start(Path output) throws IOException {
        ProcessBuilder churn = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xms128m",
                        "-Xmx128m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeChurn.class.getName(),
                        Integer.toString(CONNECTIONS),
                        SEED)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        churn.environment().put("MALLOC_ARENA_MAX", "2");
        return churn.start();
    }

    private static Map<String, String> result(String told) {
        String line = told.lines()
                .filter(one -> one.startsWith("result "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no result in\n" + told));
        Map<String, String> values = new HashMap<>();
        for (String pair : List.of(line.substring("result ".length()).split(" (?=\\w+=)", -1))) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return values;
    }

    private static long number(Map<String, String> result, String name) {
        return Long.parseLong(result.getOrDefault(name, "-1"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
