package dev.parley.benchmarks.congestion;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.congestion.SendSideEstimator;
import dev.parley.sfu.rtcp.RtcpKind;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.TransportFeedback;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Parley's sender with a camera and a microphone in front of it, and a browser at the other end. Estimator, pacer, probing
 * and the feedback on the wire are the real ones; packets have sizes only.
 */
final class MediaFlow implements Traffic {
    private static final int MAX_PAYLOAD = 1_200;
    /** Of RTP with its extensions, and the authentication tag. */
    private static final int HEADERS = 24 + 16;

    private static final int IP_UDP = 28;
    private static final int AUDIO_BYTES = 80;
    private static final long AUDIO_NS = 20_000_000;
    private static final int PADDING_BYTES = 1_000;
    private static final int NUMBERS = 1 << 16;

    private final Simulation simulation;
    private final Path path;
    private final Camera camera;
    private final Random random;
    private final FlowLog log;
    private final Pacer pacer = new Pacer(Pacer.DEFAULT_QUANTUM_NS);
    private final SendSideEstimator estimator = new SendSideEstimator(IP_UDP, pacer);
    private final MediaReceiver receiver;
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedback feedback = new TransportFeedback();
    /** What was sent under each number, to be sent again when it is lost; null where that is not wanted. */
    private final @Nullable Media[] sent = new @Nullable Media[NUMBERS];

    /** What waits in the pacer, by its handle there. */
    private final Map<Integer, Media> waiting = new HashMap<>();

    private int handles;

    private double targetBps;
    /** The rate of the layer of the last frame. */
    private double layerBps;

    private boolean paused;
    private int turnPackets;
    private long turnBytes;
    private long plannedNs = Long.MAX_VALUE;

    /** The payload of a packet, and the picture that it is a part of. */
    private record Media(int bytes, Picture picture) {}

    /** A picture, or a piece of sound. */
    private static final class Picture {
        private int missing;

        Picture(int packets) {
            missing = packets;
        }

        /** Whether nothing is missing now. */
        boolean arrived() {
            return --missing == 0;
        }
    }

    MediaFlow(Simulation simulation, Path path, Camera camera, PacketPool pool, Random random, FlowLog log) {
        this.simulation = simulation;
        this.path = path;
        this.camera = camera;
        this.random = random;
        this.log = log;
        this.receiver = new MediaReceiver(
                simulation,
                pool,
                report -> path.back(report.wireBytes(), () -> onFeedback(report), () -> ended(report)));
    }

    private void ended(MediaReceiver.Feedback report) {
        receiver.ended(report);
    }

    @Override
    public void close() {
        receiver.close();
    }

    @Override
    public void start() {
        targetBps = camera.rate((double) estimator.mediaBps());
        follow();
        frame();
        simulation.after(random.nextLong(AUDIO_NS), this::audio);
    }

    /** Sends no media while set. */
    void paused(boolean nowPaused) {
        paused = nowPaused;
        follow();
    }

    @Override
    public FlowLog log() {
        return log;
    }

    // --- media ----------------------------------------------------------------------------------------------------

    private void frame() {
        if (!paused) {
            boolean isKeyframe = layerBps != targetBps && camera.isLayered();
            layerBps = targetBps;
            int left = Math.max(1, camera.frameBytes(isKeyframe ? camera.keyframe() * targetBps : targetBps, random));
            int packets = (left + MAX_PAYLOAD - 1) / MAX_PAYLOAD;
            boolean open = pacer.isOpen(simulation.nowNs());
            estimator.turn(simulation.nowNs());
            Picture picture = new Picture(packets);
            for (int i = packets; i > 0; i--) {
                int payload = left / i;
                left -= payload;
                offer(Pacer.Priority.VIDEO, new Media(payload, picture), open);
            }
            endTurn();
        }
        plan();
        simulation.after(1_000_000_000L / Camera.FRAMES_PER_S, this::frame);
    }

    private void audio() {
        if (!paused) {
            estimator.turn(simulation.nowNs());
            // Of which nobody counts the pictures.
            Media sound = new Media(AUDIO_BYTES, new Picture(0));
            offer(Pacer.Priority.AUDIO, sound, pacer.isOpen(simulation.nowNs()));
            endTurn();
        }
        plan();
        simulation.after(AUDIO_NS, this::audio);
    }

    private void offer(Pacer.Priority priority, Media media, boolean open) {
        if (open) {
            transmit(media, true);
        } else {
            waiting.put(handles, media);
            pacer.enqueue(priority, handles++, media.bytes() + HEADERS + IP_UDP, simulation.nowNs());
        }
    }

    private void transmit(Media media, boolean repeatable) {
        int bytes = media.bytes() + HEADERS;
        int number = estimator.sent(bytes);
        sent[number] = repeatable ? media : null;
        turnPackets++;
        turnBytes += bytes;
        log.sent();
        path.send(bytes + IP_UDP, new Bottleneck.Transit() {
            @Override
            public void arrived(double queuedMs) {
                log.arrived(simulation.seconds(), bytes + IP_UDP, queuedMs);
                simulation.after(path.delayNs(), () -> received(number, bytes, media));
            }

            @Override
            public void lost(boolean byQueue) {
                log.lost(byQueue);
            }
        });
    }

    private void endTurn() {
        estimator.turnEnded(turnPackets, turnBytes);
        turnPackets = 0;
        turnBytes = 0;
    }

    /** The receiver does not run for so long. */
    void stall(double seconds) {
        receiver.stall((long) (seconds * 1e9));
    }

    private void received(int number, int bytes, Media media) {
        receiver.received(number, bytes);
        if (media.picture().arrived()) {
            log.picture(simulation.seconds());
        }
    }

    // --- feedback -------------------------------------------------------------------------------------------------

    private void onFeedback(MediaReceiver.Feedback report) {
        long nowNs = simulation.nowNs();
        reader.wrap(report.packet());
        while (reader.next()) {
            if (reader.kind() == RtcpKind.TRANSPORT_FEEDBACK && feedback.wrap(reader)) {
                repeatLost();
                feedback.wrap(reader);
                estimator.onFeedback(feedback, nowNs);
            }
        }
        ended(report);
        follow();
        plan();
    }

    /** As a NACK would ask for it; each packet once. */
    private void repeatLost() {
        while (feedback.next()) {
            Media media = sent[feedback.sequenceNumber()];
            if (!feedback.isReceived() && media != null) {
                estimator.turn(simulation.nowNs());
                offer(Pacer.Priority.RETRANSMISSION, media, pacer.isOpen(simulation.nowNs()));
                endTurn();
            }
            sent[feedback.sequenceNumber()] = null;
        }
    }

    private void follow() {
        double media = estimator.mediaBps();
        double rate = camera.rate(media - AUDIO_BYTES * 8e9 / AUDIO_NS);
        double max = paused ? 0 : camera.maxBps();
        estimator.wanted(
                (long) rate,
                (long) Math.min(Math.max(max, rate), camera.nextStep(rate)),
                (long) max,
                simulation.nowNs());
        log.estimate(simulation.seconds(), (double) estimator.bitrateBps());
        simulation.after(Camera.REACTION_NS, () -> targetBps = rate);
    }

    // --- time -----------------------------------------------------------------------------------------------------

    private void plan() {
        long nextNs = Math.max(simulation.nowNs(), Math.min(estimator.nextDeadlineNs(), pacer.nextReleaseNs()));
        if (nextNs < plannedNs) {
            plannedNs = nextNs;
            simulation.at(nextNs, () -> due(nextNs));
        }
    }

    private void due(long atNs) {
        if (plannedNs != atNs) {
            return;
        }
        plannedNs = Long.MAX_VALUE;
        long nowNs = simulation.nowNs();
        release(nowNs);
        if (nowNs >= estimator.nextDeadlineNs()) {
            estimator.onDeadline(nowNs, this::pad);
        }
        follow();
        plan();
    }

    private void release(long nowNs) {
        for (int stale = pacer.pollStale(nowNs); stale != Pacer.NONE; stale = pacer.pollStale(nowNs)) {
            waiting.remove(stale); // Nobody waits for it any more.
        }
        estimator.turn(nowNs);
        for (int handle = pacer.poll(nowNs); handle != Pacer.NONE; handle = pacer.poll(nowNs)) {
            transmit(Objects.requireNonNull(waiting.remove(handle)), true);
        }
        endTurn();
    }

    private void pad(int bytes, long nowNs) {
        estimator.turn(nowNs);
        for (int left = bytes; left > 0; left -= PADDING_BYTES + HEADERS + IP_UDP) {
            transmit(new Media(Math.min(PADDING_BYTES, Math.max(100, left)), new Picture(0)), false);
        }
        endTurn();
    }
}
