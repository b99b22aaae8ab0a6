package dev.parley.benchmarks.congestion;

import dev.parley.sfu.buffer.PacketPool;
import dev.parley.sfu.congestion.Pacer;
import dev.parley.sfu.congestion.SendSideEstimator;
import dev.parley.sfu.rtcp.RtcpKind;
import dev.parley.sfu.rtcp.RtcpReader;
import dev.parley.sfu.rtcp.TransportFeedback;
import java.util.Random;

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
    /** What was sent under each number, to be sent again when it is lost; 0 where that is not wanted. */
    private final int[] payloads = new int[NUMBERS];

    private double targetBps;
    private boolean paused;
    private int turnPackets;
    private long turnBytes;
    private long plannedNs = Long.MAX_VALUE;

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
            int left = Math.max(1, camera.frameBytes(targetBps, random));
            int packets = (left + MAX_PAYLOAD - 1) / MAX_PAYLOAD;
            boolean open = pacer.isOpen(simulation.nowNs());
            estimator.turn(simulation.nowNs());
            for (int i = packets; i > 0; i--) {
                int payload = left / i;
                left -= payload;
                offer(Pacer.Priority.VIDEO, payload, open);
            }
            endTurn();
        }
        plan();
        simulation.after(1_000_000_000L / Camera.FRAMES_PER_S, this::frame);
    }

    private void audio() {
        if (!paused) {
            estimator.turn(simulation.nowNs());
            offer(Pacer.Priority.AUDIO, AUDIO_BYTES, pacer.isOpen(simulation.nowNs()));
            endTurn();
        }
        plan();
        simulation.after(AUDIO_NS, this::audio);
    }

    private void offer(Pacer.Priority priority, int payload, boolean open) {
        if (open) {
            transmit(payload, true);
        } else {
            pacer.enqueue(priority, payload, payload + HEADERS + IP_UDP, simulation.nowNs());
        }
    }

    private void transmit(int payload, boolean repeatable) {
        int bytes = payload + HEADERS;
        int number = estimator.sent(bytes);
        payloads[number] = repeatable ? payload : 0;
        turnPackets++;
        turnBytes += bytes;
        log.sent();
        path.send(bytes + IP_UDP, new Bottleneck.Transit() {
            @Override
            public void arrived(double queuedMs) {
                log.arrived(simulation.seconds(), bytes + IP_UDP, queuedMs);
                simulation.after(path.delayNs(), () -> received(number, bytes));
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

    private void received(int number, int bytes) {
        receiver.received(number, bytes);
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
            int payload = payloads[feedback.sequenceNumber()];
            if (!feedback.isReceived() && payload > 0) {
                estimator.turn(simulation.nowNs());
                offer(Pacer.Priority.RETRANSMISSION, payload, pacer.isOpen(simulation.nowNs()));
                endTurn();
            }
            payloads[feedback.sequenceNumber()] = 0;
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
        while (pacer.pollStale(nowNs) != Pacer.NONE) {
            // Nobody waits for it any more.
        }
        estimator.turn(nowNs);
        for (int payload = pacer.poll(nowNs); payload != Pacer.NONE; payload = pacer.poll(nowNs)) {
            transmit(payload, true);
        }
        endTurn();
    }

    private void pad(int bytes, long nowNs) {
        estimator.turn(nowNs);
        for (int left = bytes; left > 0; left -= PADDING_BYTES + HEADERS + IP_UDP) {
            transmit(Math.min(PADDING_BYTES, Math.max(100, left)), false);
        }
        endTurn();
    }
}
