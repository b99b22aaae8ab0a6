package dev.parley.benchmarks.nativepeer;

import dev.parley.benchmarks.forward.Machine;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.nativepeer.I420Frame;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSettings;
import dev.parley.sfu.nativepeer.NativeSupport;
import dev.parley.sfu.nativepeer.NativeUnavailableException;
import dev.parley.sfu.nativepeer.VideoPublication;
import dev.parley.sfu.nativepeer.VideoSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Compares a stream that native peers decode and encode with one that is forwarded, in one run. */
@Command(
        name = "native",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Publishes one stream of video in a room. Then some participants receive it by forwarding, of whom only what"
                    + " the server spends on them counts: CPU time of the shard's thread, heap, and packets held. Then"
                    + " native peers receive it, decode it, encode it again and publish that: all that the process spends"
                    + " more counts. Both beside what the process spent before.",
            "docs/performance.md says what it showed."
        })
public final class NativeCommand implements Callable<Integer> {
    private static final long SETTLE_MS = 6_000;
    private static final int WIDTH_PX = 640;
    private static final int HEIGHT_PX = 360;
    private static final int FRAMES_PER_SECOND = 30;
    private static final double GOOD_SHARE = 0.9;

    @Option(names = "--seconds", paramLabel = "N", description = "how long to measure each (default: ${DEFAULT-VALUE})")
    private int seconds = 10;

    @Option(names = "--streams", paramLabel = "N", description = "native streams (default: ${DEFAULT-VALUE})")
    private int streams = 2;

    @Option(
            names = "--receivers",
            paramLabel = "N",
            description = "forwarded streams; each is decoded, uncounted, on this machine (default: ${DEFAULT-VALUE})")
    private int receivers = 6;

    @Option(names = "--codec", paramLabel = "NAME", description = "VP8, VP9, H264 or AV1 (default: ${DEFAULT-VALUE})")
    private String codec = "VP8";

    @Option(names = "--json", paramLabel = "FILE", description = "writes what is printed to this file too")
    private @Nullable Path json;

    private final List<String> notes = new ArrayList<>();

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public NativeCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            NativeSupport.require();
        } catch (NativeUnavailableException e) {
            say(String.valueOf(e.getMessage()));
            return 1;
        }
        double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        SfuConfig config = SfuConfig.builder().udpPort(0).shards(1).build();
        try (Sfu sfu = Sfu.start(config);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            Room room = sfu.room("bench");
            String track = publish(room, clock);
            Phase alone = measure(sfu, new LongAdder());
            Phase forwarded = forwarded(sfu, room, track);
            Phase transcoded = transcoded(sfu, room, track);
            clock.shutdownNow();
            NativeReport report = report(alone, forwarded, transcoded, loadBefore);
            report.print(new PrintWriter(System.out, true, System.out.charset()));
            write(report);
        }
        return 0;
    }

    /** Publishes a picture that changes everywhere but little, as people before a wall do. */
    private String publish(Room room, ScheduledExecutorService clock) {
        NativeParticipant camera = NativeParticipant.join(
                        room,
                        JoinRequest.of("camera"),
                        NativeSettings.defaults().sendOnly())
                .join();
        VideoPublication video = camera.publishVideo(settings()).join();
        I420Frame[] pictures = new I420Frame[FRAMES_PER_SECOND];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = MovingPicture.paint(WIDTH_PX, HEIGHT_PX, i, pictures.length);
        }
        int[] next = {0};
        var _ = clock.scheduleAtFixedRate(
                () -> video.send(pictures[next[0]++ % pictures.length]),
                0,
                1_000_000_000L / FRAMES_PER_SECOND,
                TimeUnit.NANOSECONDS);
        return video.track().id();
    }

    private VideoSettings settings() {
        return VideoSettings.of(WIDTH_PX, HEIGHT_PX, FRAMES_PER_SECOND).codec(codec);
    }

    /** What was used in a window, and how many pictures came meanwhile. */
    private record Phase(Usage start, Usage end, long frames, long forwardingBytes) {
        double framesPerSecond(int streams) {
            return frames * 1e9 / (end.atNs() - start.atNs()) / streams;
        }
    }

    private Phase measure(Sfu sfu, LongAdder frames) throws IOException, InterruptedException {
        // Until bitrates have risen, and encoders and the JVM have found their pace.
        Thread.sleep(SETTLE_MS);
        Usage start = Usage.now(sfu);
        long framesBefore = frames.sum();
        Thread.sleep(1_000L * seconds);
        long framesAfter = frames.sum();
        Usage end = Usage.now(sfu);
        return new Phase(start, end, framesAfter - framesBefore, Usage.forwardingBytes(sfu));
    }

    private Phase forwarded(Sfu sfu, Room room, String track) throws IOException, InterruptedException {
        LongAdder frames = new LongAdder();
        List<NativeParticipant> all = new ArrayList<>();
        for (int i = 0; i < receivers; i++) {
            NativeParticipant one = NativeParticipant.join(room, JoinRequest.of("receiver-" + i))
                    .join();
            var _ = one.receiveVideo(track, _ -> frames.increment()).join();
            all.add(one);
        }
        Phase phase = measure(sfu, frames);
        all.forEach(NativeParticipant::close);
        return phase;
    }

    private Phase transcoded(Sfu sfu, Room room, String track) throws IOException, InterruptedException {
        LongAdder frames = new LongAdder();
        List<NativeParticipant> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            NativeParticipant one =
                    NativeParticipant.join(room, JoinRequest.of("relay-" + i)).join();
            VideoPublication again = one.publishVideo(settings()).join();
            var _ = one.receiveVideo(track, frame -> {
                        frames.increment();
                        again.send(frame.image());
                    })
                    .join();
            all.add(one);
        }
        Phase phase = measure(sfu, frames);
        all.forEach(NativeParticipant::close);
        return phase;
    }

    private NativeReport report(Phase alone, Phase forwarded, Phase transcoded, double loadBefore) {
        double shardAlone = alone.end().shardCore(alone.start());
        double processAlone = alone.end().processCore(alone.start());
        note("native", transcoded.framesPerSecond(streams));
        note("forwarded", forwarded.framesPerSecond(receivers));
        return new NativeReport(
                "%s %dx%d at %d fps".formatted(codec, WIDTH_PX, HEIGHT_PX, FRAMES_PER_SECOND),
                alone.end().mediaBpsIn(alone.start()),
                seconds,
                streams,
                transcoded.framesPerSecond(streams),
                (transcoded.end().processCore(transcoded.start()) - processAlone) / streams,
                (double) (transcoded.end().residentBytes() - forwarded.end().residentBytes()) / streams,
                receivers,
                forwarded.framesPerSecond(receivers),
                (forwarded.end().shardCore(forwarded.start()) - shardAlone) / receivers,
                (double) (forwarded.forwardingBytes() - alone.forwardingBytes()) / receivers,
                Machine.here(loadBefore, notes));
    }

    private void note(String which, double framesPerSecond) {
        if (framesPerSecond < GOOD_SHARE * FRAMES_PER_SECOND) {
            notes.add("the " + which + " streams did not come at the full rate: the machine was short of CPU");
        }
    }

    private void write(NativeReport report) {
        if (json != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(json, report);
            say("wrote " + json);
        }
    }

    private static void say(String text) {
        System.err.println("parley: " + text);
    }
}
