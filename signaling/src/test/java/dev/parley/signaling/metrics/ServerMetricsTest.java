package dev.parley.signaling.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.signaling.fake.FakeRooms;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private final FakeRooms rooms = new FakeRooms();

    @Test
    void tellsWhatTheSfuCounts() {
        rooms.get("r").add("ada");
        try (ServerMetrics metrics = new ServerMetrics(rooms::stats)) {
            metrics.countJoin("joined");
            metrics.countJoin("joined");
            metrics.countJoin("room-limit");
            String text = metrics.scrape();
            for (String line : new String[] {
                "parley_rooms 1.0",
                "parley_participants 1.0",
                "parley_packets_total{direction=\"in\"} 1.0",
                "parley_bytes_total{direction=\"in\"} 2.0",
                "parley_packets_total{direction=\"out\"} 3.0",
                "parley_bytes_total{direction=\"out\"} 4.0",
                "parley_srtp_profiles_total{profile=\"AEAD_AES_128_GCM\"} 1.0",
                "parley_joins_total{outcome=\"joined\"} 2.0",
                "parley_joins_total{outcome=\"room-limit\"} 1.0",
                "parley_shard_participants{shard=\"0\"} 1.0"
            }) {
                assertTrue(text.contains(line + "\n"), () -> line + " is not in\n" + text);
            }
            assertTrue(text.contains("jvm_memory_used_bytes"), "no JVM metrics");
        }
    }

    @Test
    void learnsReasonsAsTheyComeAndReadsThemEachTime() {
        try (ServerMetrics metrics = new ServerMetrics(rooms::stats)) {
            assertFalse(metrics.scrape().contains("parley_drops_total{"));
            rooms.drops = 5;
            assertTrue(metrics.scrape().contains("parley_drops_total{reason=\"rtp_malformed\"} 5.0"));
            rooms.drops = 9;
            assertTrue(metrics.scrape().contains("parley_drops_total{reason=\"rtp_malformed\"} 9.0"));
        }
    }
}
