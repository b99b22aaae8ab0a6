package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.rtp.Codec;
import java.util.List;

/** A media section that a bot offers. Its mid is its place in the offer. */
public sealed interface SectionPlan {
    /** A section that sends a track: with simulcast by rid when the clip has several encodings. */
    record Sends(SentTrack track) implements SectionPlan {}

    /**
     * A section that sends a track of SSRCs that are told beforehand, for servers that know streams by nothing else: with
     * simulcast by an SSRC group.
     *
     * @param ssrcs one an encoding, from the smallest to the largest, all even: one more is that of its retransmissions
     */
    record SendsBySsrc(SentTrack track, List<Integer> ssrcs) implements SectionPlan {
        public SendsBySsrc {
            ssrcs = List.copyOf(ssrcs);
            if (ssrcs.size() != track.clip().encodings().size()) {
                throw new IllegalArgumentException("an SSRC for each encoding of " + track);
            }
        }
    }

    /** A section that receives. */
    record Receives(Codec codec) implements SectionPlan {}
}
