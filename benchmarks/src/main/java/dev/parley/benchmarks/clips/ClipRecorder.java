package dev.parley.benchmarks.clips;

import dev.parley.benchmarks.load.media.EncodedFrame;
import dev.parley.benchmarks.load.media.Encoding;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.nativepeer.AudioPublication;
import dev.parley.sfu.nativepeer.AudioSettings;
import dev.parley.sfu.nativepeer.I420Frame;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSettings;
import dev.parley.sfu.nativepeer.VideoPublication;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.RtpExtension;
import dev.parley.sfu.sdp.CodecDescription;
import dev.parley.sfu.sdp.ExtMap;
import dev.parley.sfu.sdp.MediaSection;
import dev.parley.sfu.sdp.SdpException;
import dev.parley.sfu.sdp.SessionDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets libwebrtc publish to a shard of this process, and makes clips of the packets as they come to it. Recording takes as
 * long as what is recorded, and a few seconds more for bitrates to rise.
 */
final class ClipRecorder {
    /** From the first packet on; libwebrtc begins low and feels its way up. */
    private static final long RAMP_MS = 8_000;

    private static final long POLL_MS = 50;
    private static final long PATIENCE_NS = 30_000_000_000L;
    private static final long ASK_AGAIN_NS = 1_000_000_000L;
    /** Less than this of the pictures, and the encoder had no time. */
    private static final double LEAST_SHARE = 0.97;

    private static final int OPUS_HZ = 48_000;
    private static final int VIDEO_HZ = 90_000;

    private final int seconds;

    ClipRecorder(int seconds) {
        this.seconds = seconds;
    }

    /** Somebody who speaks. */
    MediaClip speech() throws IOException, InterruptedException {
        Recording recording = new Recording(Codec.OPUS);
        try (RecordingServer server = server(recording, Codec.OPUS);
                NativeParticipant member = join(server)) {
            AudioPublication audio = member.publishAudio(AudioSettings.voice()).join();
            member.whenConnected().join();
            Speech speech = new Speech();
            // What is ahead of its time waits, so this takes as long as it sounds.
            boolean published = true;
            for (int left = 100 * seconds + (int) (RAMP_MS / 10); left > 0 && published; left--) {
                published = audio.send(speech.next(Speech.RATE_HZ / 100));
            }
            int ssrc = recording.sources().stream()
                    .findFirst()
                    .orElseThrow(() -> new IOException("no sound came to be recorded"));
            List<Frames.Recorded> frames = Frames.of(Codec.OPUS, recording.packets(ssrc), recording.withoutMedia(ssrc));
            return new MediaClip("speech", Codec.OPUS, OPUS_HZ, seconds * OPUS_HZ, List.of(audio(frames)));
        }
    }

    private Encoding audio(List<Frames.Recorded> recorded) throws IOException {
        // The first portions sound before the connection is quite there.
        List<Frames.Recorded> rest = recorded.subList(recorded.size() / 8, recorded.size());
        List<EncodedFrame> frames = new ArrayList<>();
        for (Frames.Recorded one : rest) {
            int ticks = one.timestamp() - rest.getFirst().timestamp();
            if (ticks < seconds * OPUS_HZ) {
                frames.add(at(ticks, one.frame()));
            }
        }
        if (frames.getLast().timeTicks() < (seconds - 1) * OPUS_HZ) {
            throw new IOException("too little sound came to be recorded: " + frames.size() + " packets");
        }
        return new Encoding("", 0, 0, frames);
    }

    /** Somebody before a camera. */
    MediaClip camera(VideoPlan plan) throws IOException, InterruptedException {
        Recording recording = new Recording(plan.codec());
        try (RecordingServer server = server(recording, plan.codec());
                NativeParticipant member = join(server);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            VideoPublication video = member.publishVideo(plan.settings()).join();
            List<I420Frame> pictures = pictures(plan);
            AtomicInteger next = new AtomicInteger();
            var _ = clock.scheduleAtFixedRate(
                    () -> video.send(pictures.get(next.getAndIncrement() % pictures.size())),
                    0,
                    TimeUnit.SECONDS.toNanos(1) / plan.framesPerSecond(),
                    TimeUnit.NANOSECONDS);
            await("the first pictures", () -> recording.sources().size() == plan.streams());
            Thread.sleep(RAMP_MS);
            long fromNs = System.nanoTime();
            awaitKeyframes(server, recording, plan, fromNs);
            Thread.sleep(1_000L * seconds + 500);
            clock.shutdownNow();
            return clip(recording, plan, fromNs);
        }
    }

    private List<I420Frame> pictures(VideoPlan plan) {
        Scene scene = new Scene(plan.widthPx(), plan.heightPx());
        List<I420Frame> pictures = new ArrayList<>();
        for (int i = 0; i < seconds * plan.framesPerSecond(); i++) {
            pictures.add(scene.at((double) i / plan.framesPerSecond(), seconds));
        }
        return pictures;
    }

    private static NativeParticipant join(RecordingServer server) {
        return NativeParticipant.join(
                        server.room(),
                        JoinRequest.of("recorded"),
                        NativeSettings.defaults().sendOnly())
                .join();
    }

    private static RecordingServer server(Recording recording, Codec codec) throws IOException {
        return new RecordingServer(answer -> negotiated(recording, codec, answer), recording::packet);
    }

    /** Reads the numbers of the codec, and of the dependency descriptor, from the answer. */
    private static void negotiated(Recording recording, Codec codec, String answer) {
        try {
            for (MediaSection section : SessionDescription.parse(answer).sections()) {
                int descriptor = 0;
                for (ExtMap map : section.extensions()) {
                    descriptor = map.uri().equals(RtpExtension.DEPENDENCY_DESCRIPTOR.uri()) ? map.id() : descriptor;
                }
                for (CodecDescription description : section.codecs()) {
                    if (Codec.fromName(description.name()) == codec) {
                        recording.negotiated(description.payloadType(), descriptor);
                        return;
                    }
                }
            }
        } catch (SdpException e) {
            throw new IllegalStateException("Parley's own answer does not parse", e);
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.holds()) {
            if (System.nanoTime() - endNs > 0) {
                throw new IOException("libwebrtc has not sent " + what + " in time");
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static void awaitKeyframes(RecordingServer server, Recording recording, VideoPlan plan, long fromNs)
            throws IOException, InterruptedException {
        long[] askedNs = {fromNs - ASK_AGAIN_NS};
        await("keyframes", () -> {
            if (System.nanoTime() - askedNs[0] >= ASK_AGAIN_NS) {
                askedNs[0] = System.nanoTime();
                server.requestKeyframes(recording.sources());
            }
            return recording.sources().stream()
                            .filter(ssrc -> recording.packets(ssrc).stream()
                                    .anyMatch(packet -> packet.keyframe() && packet.arrivedNs() - fromNs > 0))
                            .count()
                    == plan.streams();
        });
    }

    private MediaClip clip(Recording recording, VideoPlan plan, long fromNs) throws IOException {
        Map<Integer, List<Frames.Recorded>> bySize = new TreeMap<>(Comparator.naturalOrder());
        long firstNs = Long.MAX_VALUE;
        for (int ssrc : recording.sources()) {
            List<Frames.Recorded> frames =
                    Frames.of(plan.codec(), recording.packets(ssrc), recording.withoutMedia(ssrc));
            List<Frames.Recorded> wanted = frames.stream()
                    .dropWhile(frame -> !frame.frame().keyframe() || frame.arrivedNs() - fromNs <= 0)
                    .toList();
            bySize.put(plan.width(wanted.getFirst().frame().data()), wanted);
            firstNs = Math.min(firstNs, wanted.getFirst().arrivedNs());
        }
        List<Encoding> encodings = new ArrayList<>();
        for (Map.Entry<Integer, List<Frames.Recorded>> entry : bySize.entrySet()) {
            String rid = bySize.size() == 1 ? "" : VideoPlan.RIDS.get(encodings.size());
            encodings.add(encoding(rid, entry.getKey(), plan, entry.getValue(), firstNs));
        }
        return new MediaClip(plan.name(), plan.codec(), VIDEO_HZ, seconds * VIDEO_HZ, encodings);
    }

    private Encoding encoding(String rid, int width, VideoPlan plan, List<Frames.Recorded> recorded, long firstNs)
            throws IOException {
        double interval = (double) VIDEO_HZ / plan.framesPerSecond();
        Frames.Recorded first = recorded.getFirst();
        // Layers may get their keyframes some pictures apart.
        int late = (int) Math.round((first.arrivedNs() - firstNs) / 1e9 * plan.framesPerSecond());
        List<EncodedFrame> frames = new ArrayList<>();
        for (Frames.Recorded one : recorded) {
            int number = late + (int) Math.round((one.timestamp() - first.timestamp()) / interval);
            if (number < seconds * plan.framesPerSecond()) {
                frames.add(at((int) (number * interval), one.frame()));
            }
        }
        long pictures =
                frames.stream().mapToInt(EncodedFrame::timeTicks).distinct().count();
        if (pictures < LEAST_SHARE * (seconds * plan.framesPerSecond() - late)) {
            throw new IOException("the encoder did not keep up: " + pictures + " pictures in " + seconds + " s");
        }
        return new Encoding(rid, width, plan.heightOf(width), frames);
    }

    private static EncodedFrame at(int ticks, EncodedFrame frame) {
        return new EncodedFrame(
                ticks,
                frame.keyframe(),
                frame.spatialId(),
                frame.temporalId(),
                frame.interPicture(),
                frame.interLayer(),
                frame.switchingUp(),
                frame.lastOfPicture(),
                frame.dependencyDescriptor(),
                frame.data());
    }
}
