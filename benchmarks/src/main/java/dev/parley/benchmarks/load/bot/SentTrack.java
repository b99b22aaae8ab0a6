package dev.parley.benchmarks.load.bot;

import dev.parley.benchmarks.load.media.MediaClip;

/**
 * A track that a bot publishes, known before it is: others are told to watch it. Also the note of what was sent when,
 * which those who receive it read.
 */
public final class SentTrack {
    private final String member;
    private final String label;
    private final MediaClip clip;
    private final double phase;

    /**
     * A track to be.
     *
     * @param member the publisher's name, unique in a run
     * @param label unique among the publisher's, and the track id of its {@code a=msid}
     * @param phase where in the clip to begin, 0 to 1, so that publishers are not in step
     */
    public SentTrack(String member, String label, MediaClip clip, double phase) {
        this.member = member;
        this.label = label;
        this.clip = clip;
        this.phase = phase;
    }

    /** The publisher's name. */
    public String member() {
        return member;
    }

    public String label() {
        return label;
    }

    public MediaClip clip() {
        return clip;
    }

    public boolean isAudio() {
        return clip.isAudio();
    }

    double phase() {
        return phase;
    }

    @Override
    public String toString() {
        return member + "/" + label;
    }
}
