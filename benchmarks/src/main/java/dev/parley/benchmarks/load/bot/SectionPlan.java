package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.rtp.Codec;

/** A media section that a bot offers. Its mid is its place in the offer. */
public sealed interface SectionPlan {
    /** A section that sends a track: with simulcast by rid when the clip has several encodings. */
    record Sends(SentTrack track) implements SectionPlan {}

    /** A section that receives. */
    record Receives(Codec codec) implements SectionPlan {}
}
