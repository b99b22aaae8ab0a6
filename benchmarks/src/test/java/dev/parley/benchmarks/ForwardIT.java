package dev.parley.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.crypto.SrtpCipherProviders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A short run of the whole: what it writes, and that packets cost no garbage. Speeds are not for a test to judge. */
@EnabledOnOs(OS.LINUX)
final class ForwardIT {
    private static final Set<String> KEYS = Set.of(
            "receivers",
            "packetBytes",
            "gso",
            "io",
            "cipher",
            "nsPerPacket",
            "ratioToC",
            "allocatedBytesPerPacket",
            "stages");

    @Test
    void forwardingOnForeignIoWithNativeCiphersAllocatesNothing(@TempDir Path folder) {
        List<String> ciphers = nativeCiphers();
        JsonNode report = run(folder, "foreign", ciphers.isEmpty() ? List.of("jdk") : ciphers);
        assertTrue(report.get("machine").get("cores").intValue() > 0);
        assertEquals(Math.max(1, ciphers.size()), report.get("rows").size(), report.toString());
        for (JsonNode row : report.get("rows")) {
            assertEquals(KEYS, new TreeSet<>(row.propertyNames()));
            assertEquals(50, row.get("receivers").intValue());
            assertEquals(1_200, row.get("packetBytes").intValue());
            assertEquals(8, row.get("gso").intValue());
            assertEquals("foreign", row.get("io").stringValue());
            assertTrue(row.get("nsPerPacket").doubleValue() > 10, row.toString());
            assertTrue(row.get("ratioToC").isNull() || row.get("ratioToC").doubleValue() > 0, row.toString());
            if (!ciphers.isEmpty()) {
                // Per packet: one object of the least size in a turn of the loop would be 16 / 400 = 0.04.
                assertEquals(0, row.get("allocatedBytesPerPacket").doubleValue(), 0.02, row.toString());
            }
        }
    }

    /** Those that this machine has the libraries of. */
    private static List<String> nativeCiphers() {
        List<String> found = new ArrayList<>();
        for (String name : List.of("ipsec-mb", "openssl")) {
            try {
                SrtpCipherProviders.select(name, System::nanoTime);
                found.add(name);
            } catch (IllegalArgumentException e) {
                // Its message would tell how to install it, which no test has to have.
            }
        }
        return found;
    }

    private static JsonNode run(Path folder, String io, List<String> ciphers) {
        Path file = folder.resolve("forward.json");
        int exit = Main.run(
                "forward",
                "--receivers=50",
                "--bytes=1200",
                "--gso=8",
                "--io=" + io,
                "--cipher=" + String.join(",", ciphers),
                "--seconds=" + 12 * ciphers.size(),
                "--json=" + file);
        assertEquals(0, exit);
        return new JsonMapper().readTree(file);
    }

    @Test
    void wrongOptionIsRefusedInOneLine() {
        assertEquals(2, Main.run("forward", "--no-such-option"));
    }
}
