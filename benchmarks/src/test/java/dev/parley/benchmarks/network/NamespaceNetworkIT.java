package dev.parley.benchmarks.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Needs root and iproute2, as the networks do; elsewhere the tool uses the loopback interface. */
final class NamespaceNetworkIT {
    @BeforeEach
    void needsRoot() {
        assumeTrue(
                NamespaceNetwork.problem().isEmpty(),
                () -> NamespaceNetwork.problem().orElseThrow());
    }

    @Test
    void joinsTwoSidesThatSeeEachOtherAndNothingElse() throws IOException {
        try (NamespaceNetwork network = NamespaceNetwork.open()) {
            String routes = Programs.run(network.atClients(List.of("ip", "route")));
            assertEquals(1, routes.lines().count(), routes);
            assertTrue(Programs.run(network.atServer(List.of("ip", "-brief", "addr")))
                    .contains(network.serverAddress()));
            assertTrue(Programs.run(network.atClients(List.of("ip", "route", "get", network.serverAddress())))
                    .contains("veth0"));
        }
    }

    @Test
    void limitsBothDirectionsAndTakesTheLimitAway() throws IOException {
        try (NamespaceNetwork network = NamespaceNetwork.open()) {
            network.limit(1_000_000);
            List<String> show = List.of("tc", "qdisc", "show", "dev", "veth0");
            assertTrue(Programs.run(network.atServer(show)).contains("tbf"));
            assertTrue(Programs.run(network.atClients(show)).contains("rate 1Mbit"));
            network.limit(300_000);
            assertTrue(Programs.run(network.atClients(show)).contains("rate 300Kbit"));
            network.limit(0);
            assertFalse(Programs.run(network.atServer(show)).contains("tbf"));
        }
    }

    @Test
    void leavesNothingBehind() throws IOException {
        String before = Programs.run("ip", "netns", "list");
        NamespaceNetwork network = NamespaceNetwork.open();
        assertFalse(Programs.run("ip", "netns", "list").equals(before));
        network.close();
        assertFalse(Programs.run("ip", "netns", "list")
                .contains("parley-bench-" + ProcessHandle.current().pid() + "-"));
    }

    @Test
    void takesAwayWhatADeadRunHasLeft() throws IOException, InterruptedException {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String name = "parley-bench-" + dead.pid() + "-zz-s";
        Programs.run("ip", "netns", "add", name);
        Process left = new ProcessBuilder("ip", "netns", "exec", name, "sleep", "600").start();
        while (!Programs.run("ip", "netns", "pids", name).contains(Long.toString(left.pid()))) {
            Thread.onSpinWait();
        }
        assertTrue(NamespaceNetwork.removeAbandoned().contains(name));
        assertFalse(Programs.run("ip", "netns", "list").contains(name));
        left.waitFor();
        assertFalse(left.isAlive());
    }
}
