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
                "parley_srtp_cipher_provider{profile=\"AEAD_AES_128_GCM\",provider=\"ipsec-mb\"} 1.0",
                "parley_srtp_cipher_provider{profile=\"AES128_CM_SHA1_80\",provider=\"openssl\"} 1.0",
                "parley_io_layer{layer=\"fake\"} 1.0",
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
    void tellsWhatNativePeersCostAndLeak() {
        try (ServerMetrics metrics = new ServerMetrics(rooms::stats)) {
            String text = metrics.scrape();
            for (String line : new String[] {
                "parley_native_connections 61.0",
                "parley_native_connections_closed_total 62.0",
                "parley_native_leaked_bytes 6.3E7",
                "parley_native_callback_failures_total 64.0",
                "parley_native_frames_total{direction=\"out\"} 65.0",
                "parley_native_frames_total{direction=\"in\"} 66.0",
                "parley_native_drops_total 67.0",
                "parley_native_encodes 71.0",
                "parley_native_encodes_limit 72.0",
                "parley_native_encodes_refused_total 73.0"
            }) {
                assertTrue(text.contains(line + "\n"), () -> line + " is not in\n" + text);
            }
        }
    }

    @Test
    void tellsWhatEachShardMeasures() {
        rooms.get("r").add("ada");
        try (ServerMetrics metrics = new ServerMetrics(rooms::stats)) {
            String text = metrics.scrape();
            for (String line : new String[] {
                "parley_shard_rooms{shard=\"0\"} 1.0",
                "parley_shard_busy_ratio{shard=\"0\"} 0.25",
                "parley_shard_packets_held{shard=\"0\"} 31.0",
                "parley_shard_packets_capacity{shard=\"0\"} 65536.0",
                "parley_shard_packets_total{direction=\"in\",shard=\"0\"} 11.0",
                "parley_shard_bytes_total{direction=\"in\",shard=\"0\"} 12.0",
                "parley_shard_packets_total{direction=\"out\",shard=\"0\"} 13.0",
                "parley_shard_bytes_total{direction=\"out\",shard=\"0\"} 14.0",
                "parley_shard_turns_total{shard=\"0\"} 21.0",
                "parley_shard_slow_turns_total{shard=\"0\"} 22.0",
                "parley_shard_busy_seconds_total{shard=\"0\"} 23.5",
                "parley_shard_real_time{shard=\"0\"} 1.0",
                "parley_shard_commands_total{shard=\"0\"} 26.0",
                "parley_shard_commands_refused_total{shard=\"0\"} 27.0",
                "parley_shard_failures_total{shard=\"0\"} 28.0"
            }) {
                assertTrue(text.contains(line + "\n"), () -> line + " is not in\n" + text);
            }
        }
    }

    @Test
    void tellsDelaysAsSummariesAndRunLengthsAsAHistogram() {
        try (ServerMetrics metrics = new ServerMetrics(rooms::stats)) {
            String text = metrics.scrape();
            for (String line : new String[] {
                "# TYPE parley_forwarding_delay_seconds summary",
                "parley_forwarding_delay_seconds{shard=\"0\",quantile=\"0.5\"} 4.3E-5",
                "parley_forwarding_delay_seconds{shard=\"0\",quantile=\"0.99\"} 4.4E-5",
                "parley_forwarding_delay_seconds{shard=\"0\",quantile=\"0.999\"} 4.5E-5",
                "parley_forwarding_delay_seconds_count{shard=\"0\"} 41",
                "parley_forwarding_delay_seconds_sum{shard=\"0\"} 0.0425",
                "parley_forwarding_delay_max_seconds{shard=\"0\"} 4.6E-5",
                "parley_gather_wait_seconds{shard=\"0\",quantile=\"0.99\"} 5.4E-5",
                "parley_gather_wait_max_seconds{shard=\"0\"} 5.6E-5",
                "# TYPE parley_shard_send_run_packets histogram",
                "parley_shard_send_run_packets_bucket{shard=\"0\",le=\"1.0\"} 3",
                "parley_shard_send_run_packets_bucket{shard=\"0\",le=\"2.0\"} 8",
                "parley_shard_send_run_packets_bucket{shard=\"0\",le=\"4.0\"} 15",
                "parley_shard_send_run_packets_bucket{shard=\"0\",le=\"+Inf\"} 15",
                "parley_shard_send_run_packets_count{shard=\"0\"} 15",
                "parley_shard_send_run_packets_sum{shard=\"0\"} 36.0"
            }) {
                assertTrue(text.contains(line + "\n"), () -> line + " is not in\n" + text);
            }
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
