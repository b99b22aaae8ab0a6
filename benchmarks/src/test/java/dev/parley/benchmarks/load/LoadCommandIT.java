package dev.parley.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.benchmarks.load.target.ParleyTarget;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command as it is typed, on the server as it is built: ./parley test builds it before. */
@Timeout(120)
final class LoadCommandIT {
    @TempDir
    Path folder;

    @BeforeEach
    void needsTheServer() {
        assumeTrue(isBuilt(), "there is no server to load: ./parley build makes it");
    }

    private static boolean isBuilt() {
        try {
            return ParleyTarget.jar().toFile().exists();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aMeetingOnParleyComesThroughWholeAndIsAccountedFor() {
        JsonNode result = run("--participants", "4", "--warm-up", "2");

        assertEquals(4 * 3 * 2, result.path("shape").path("streams").asInt());
        JsonNode validity = result.path("validity");
        assertTrue(validity.path("complete").asLong() > 500, validity.toString());
        assertEquals(0, validity.path("corruptPackets").asLong(), validity.toString());
        assertEquals(0, validity.path("outOfOrder").asLong(), validity.toString());
        assertEquals(0, validity.path("silentStreams").asLong(), validity.toString());
        double forwarded = result.path("delivered").path("packets").asDouble();
        assertTrue(forwarded > 2_000, "packets that reached bots: " + forwarded);
        assertTrue(result.path("serverCost").path("cpuNsPerForwardedPacket").asDouble() > 100);
        assertTrue(result.path("serverCost").path("residentBytes").asLong() > 50_000_000);
        assertTrue(result.path("latency").path("p50Us").asDouble() > 0);
        assertTrue(result.path("bots").path("machineShare").asDouble() > 0);
        assertEquals(4, result.path("rampJoins").path("joins").asInt());
        assertEquals(20, result.path("joins").path("joins").asInt());
    }

    @Test
    void aWebinarInAnotherCodecComesThroughWhole() {
        JsonNode result = run("--participants", "3", "--profile", "webinar", "--warm-up", "1", "--codec", "H264");

        assertEquals(2 * 2, result.path("shape").path("streams").asInt());
        assertEquals(0, result.path("validity").path("corruptPackets").asLong());
        assertTrue(result.path("validity").path("complete").asLong() > 100);
    }

    private JsonNode run(String... options) {
        Path file = folder.resolve("result.json");
        String[] common = {"--loopback", "--seconds", "3", "--json", file.toString()};
        String[] all = new String[options.length + common.length];
        System.arraycopy(options, 0, all, 0, options.length);
        System.arraycopy(common, 0, all, options.length, common.length);

        int _ = new CommandLine(new LoadCommand()).execute(all);

        return JsonMapper.builder().build().readTree(file.toFile());
    }
}
