package dev.parley.benchmarks.load.target;

import java.util.List;
import java.util.Map;

/**
 * The server that was measured.
 *
 * @param product such as {@code Parley} or {@code Janus}
 * @param version as it tells itself, or empty
 * @param pid of the process to account for, 0 when it runs elsewhere
 * @param command as it was started; empty when it was found running
 * @param settings what matters for a comparison, such as {@code srtp} to {@code AES-128-GCM}
 * @param jvm whether it needs a minute of load before it is as fast as it gets
 */
public record ServerFacts(
        String product, String version, long pid, List<String> command, Map<String, String> settings, boolean jvm) {
    public ServerFacts {
        command = List.copyOf(command);
        settings = Map.copyOf(settings);
    }
}
