package dev.parley.benchmarks.nativepeer;

import dev.parley.benchmarks.forward.Machine;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What was measured. CPU is a share of one core, memory is bytes, each for one stream of video.
 *
 * @param video the stream's shape
 * @param videoBps its bitrate, on which forwarding depends and encoding hardly
 * @param nativeStreams how many were decoded and encoded
 * @param nativeFramesPerSecond what each of them had, in the mean
 * @param forwardedStreams how many were forwarded
 * @param forwardedFramesPerSecond what each of them had, in the mean
 */
record NativeReport(
        String video,
        double videoBps,
        double seconds,
        int nativeStreams,
        double nativeFramesPerSecond,
        double nativeCpuPerStream,
        double nativeMemoryPerStream,
        int forwardedStreams,
        double forwardedFramesPerSecond,
        double forwardedCpuPerStream,
        double forwardedMemoryPerStream,
        Machine machine) {
    void print(PrintWriter out) {
        out.printf(Locale.ROOT, "%s, %.0f kbit/s, %.0f s each%n%n", video, videoBps / 1_000, seconds);
        out.printf(
                Locale.ROOT,
                "%-24s %8s %8s %18s %14s%n",
                "for one stream",
                "streams",
                "fps",
                "CPU, % of a core",
                "memory, kB");
        print(
                out,
                "native: decode, encode",
                nativeStreams,
                nativeFramesPerSecond,
                nativeCpuPerStream,
                nativeMemoryPerStream);
        print(
                out,
                "forwarded",
                forwardedStreams,
                forwardedFramesPerSecond,
                forwardedCpuPerStream,
                forwardedMemoryPerStream);
        out.printf(
                Locale.ROOT,
                "%nA native stream costs as much CPU as %.0f forwarded ones.%n",
                nativeCpuPerStream / forwardedCpuPerStream);
        machine.notes().forEach(note -> out.println("note: " + note));
        out.flush();
    }

    private static void print(
            PrintWriter out, String name, int streams, double framesPerSecond, double cpu, double memory) {
        out.printf(
                Locale.ROOT,
                "%-24s %8d %8.1f %18.2f %14.0f%n",
                name,
                streams,
                framesPerSecond,
                100 * cpu,
                memory / 1_000);
    }
}
