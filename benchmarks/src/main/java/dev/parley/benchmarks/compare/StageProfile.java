package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.network.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where a Parley server's CPU time goes: the JVM's own sampler by CPU time (JEP 509), which sees native code and system calls
 * as part of the Java method that called them.
 */
final class StageProfile {
    private static final String EVENT = "jdk.CPUTimeSample";
    private static final String SETTINGS = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.CPUTimeSample">
                <setting name="enabled">true</setting>
                <setting name="throttle">500/s</setting>
                <setting name="stackTrace">true</setting>
              </event>
            </configuration>
            """;

    /** What frames belong to; the first that fits the innermost of Parley's own frames counts. */
    private enum Stage {
        DECRYPT("decrypt", "dev.parley.sfu.srtp.SrtpReceiver", "unprotect"),
        ENCRYPT("encrypt", "dev.parley.sfu.crypto.", "dev.parley.sfu.srtp.SrtpSender"),
        RECEIVE("receive", "dev.parley.sfu.io.ForeignReceiver", "dev.parley.sfu.io.ReceiveBatch"),
        SEND("send", "dev.parley.sfu.io.ForeignSender", "dev.parley.sfu.io.SendBatch"),
        PORT("port and waits", "dev.parley.sfu.io."),
        FEEDBACK(
                "RTCP", "dev.parley.sfu.rtcp.", "dev.parley.sfu.peer.Reporter", "dev.parley.sfu.peer.FeedbackReceiver"),
        BUFFERS("packet buffers", "dev.parley.sfu.buffer."),
        ROUTE("route and rewrite", "dev.parley.sfu.stream.", "dev.parley.sfu.peer.", "dev.parley.sfu.rtp."),
        CONNECT("ICE and DTLS", "dev.parley.sfu.ice.", "dev.parley.sfu.handshake.", "org.bouncycastle."),
        SHARD("shard's loop", "dev.parley.sfu.shard.", "dev.parley.sfu.room."),
        SIGNALING("signaling", "dev.parley.signaling.", "io.netty.", "tools.jackson.");

        private final String label;

        @SuppressWarnings("ImmutableEnumChecker") // As List.of makes it.
        private final List<String> marks;

        Stage(String label, String... marks) {
            this.label = label;
            this.marks = List.of(marks);
        }

        boolean has(String frame) {
            return marks.stream()
                    .anyMatch(mark -> mark.indexOf('.') < 0 ? frame.contains("." + mark) : frame.startsWith(mark));
        }
    }

    /** Thin wrappers, which belong to whoever calls them. */
    private static final List<String> SHARED = List.of("dev.parley.sfu.io.LinuxCalls", "dev.parley.sfu.io.RawMemory");

    private StageProfile() {}

    /** Begins to sample a JVM. */
    static void start(long pid, Path folder) throws IOException {
        Path settings = folder.resolve("stages.jfc");
        Files.writeString(settings, SETTINGS);
        Programs.run(List.of(jcmd(), Long.toString(pid), "JFR.start", "name=stages", "settings=" + settings));
    }

    /** Ends that, and tells the shares of CPU time by stage, the largest first. */
    static Map<String, Double> stop(long pid, Path folder) throws IOException {
        Path file = folder.resolve("stages.jfr");
        Programs.run(List.of(jcmd(), Long.toString(pid), "JFR.stop", "name=stages", "filename=" + file));
        Map<String, Long> samples = new LinkedHashMap<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().equals(EVENT)) {
                    samples.merge(stage(event.getStackTrace()), 1L, Long::sum);
                }
            }
        }
        return shares(samples);
    }

    private static String jcmd() {
        return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    }

    private static String stage(@Nullable RecordedStackTrace trace) {
        if (trace == null) {
            return "unknown";
        }
        return stage(trace.getFrames().stream().map(StageProfile::name).toList());
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    /** The stage of a stack, the innermost frame first. */
    static String stage(List<String> frames) {
        for (String frame : frames) {
            if (SHARED.stream().noneMatch(frame::startsWith)) {
                for (Stage stage : Stage.values()) {
                    if (stage.has(frame)) {
                        return stage.label;
                    }
                }
            }
        }
        return "other";
    }

    private static Map<String, Double> shares(Map<String, Long> samples) {
        double all = samples.values().stream().mapToLong(Long::longValue).sum();
        return samples.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue() / all, (one, _) -> one, LinkedHashMap::new));
    }
}
