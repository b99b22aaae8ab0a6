package dev.parley.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.benchmarks.network.NamespaceNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Janus for some seconds: the package janus, as {@code ./parley test} installs it, and root. */
final class JanusIT {
    @Test
    void forwardsEveryLayerAskedForWholeAndInOrder(@TempDir Path folder) {
        assumeTrue(
                NamespaceNetwork.problem().isEmpty(),
                () -> NamespaceNetwork.problem().orElseThrow());
        assumeTrue(Files.exists(Path.of("/usr/bin/janus")), "Janus is not installed");
        Path json = folder.resolve("result.json");
        int exit = Main.run(
                "load",
                "--target",
                "janus",
                "--rooms",
                "1",
                "--participants",
                "3",
                "--warm-up",
                "1",
                "--seconds",
                "3",
                "--json",
                json.toString());
        JsonNode result = new JsonMapper().readTree(json);
        assertEquals(0, exit, () -> result.path("validity").toString());
        assertEquals("1.1.2", result.path("server").path("version").asString().substring(0, 5));
        assertTrue(result.path("validity").path("complete").asLong() > 400);
        // All of them of the largest layer: without being asked, Janus sends the smallest.
        JsonNode layers = result.path("layers").path("packets");
        assertEquals(1, layers.size(), layers::toString);
        assertTrue(layers.path("2").asLong() > 500, layers::toString);
        assertTrue(result.path("serverCost").path("cpuNsPerForwardedPacket").asDouble() > 1_000);
    }
}
