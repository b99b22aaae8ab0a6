package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.media.PacketizedClip;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A track that a bot publishes, known before it is: others are told to watch it. Also the note of what was sent when,
 * which those who receive it read.
 */
public final class SentTrack {
    private final String member;
    private final String label;
    private final PacketizedClip packets;
    private final double phase;
    /** When each packet of the clip was last sent, in nanoseconds since 1970; 0 if it was not. */
    private final AtomicLongArray sentNs;
    /** And when the time before: what is asked for again and again comes soon after itself. */
    private final AtomicLongArray sentBeforeNs;

    /**
     * A track to be.
     *
     * @param member the publisher's name, unique in a run
     * @param label unique among the publisher's, and the track id of its {@code a=msid}
     * @param phase where in the clip to begin, 0 to 1, so that publishers are not in step
     */
    public SentTrack(String member, String label, PacketizedClip packets, double phase) {
        this.member = member;
        this.label = label;
        this.packets = packets;
        this.phase = phase;
        this.sentNs = new AtomicLongArray(packets.packets());
        this.sentBeforeNs = new AtomicLongArray(packets.packets());
    }

    /** The publisher's name. */
    public String member() {
        return member;
    }

    public String label() {
        return label;
    }

    public MediaClip clip() {
        return packets.clip();
    }

    public PacketizedClip packets() {
        return packets;
    }

    public boolean isAudio() {
        return clip().isAudio();
    }

    double phase() {
        return phase;
    }

    /** Notes that a packet of the clip leaves. */
    void sent(int number, long epochNs) {
        sentBeforeNs.setRelease(number, sentNs.getAcquire(number));
        sentNs.setRelease(number, epochNs);
    }

    /** When a packet of the clip that arrived then was sent, in nanoseconds since 1970; 0 if it was not. */
    long sentNs(int number, long arrivalNs) {
        long lastNs = sentNs.getAcquire(number);
        return lastNs <= arrivalNs ? lastNs : sentBeforeNs.getAcquire(number);
    }

    @Override
    public String toString() {
        return member + "/" + label;
    }
}
