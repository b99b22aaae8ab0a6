package dev.parley.benchmarks.jitsi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.media.SyntheticClips;
import dev.parley.sfu.rtp.Codec;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConferenceTest {
    private final PacketizedClip clip =
            PacketizedClip.of(SyntheticClips.video(Codec.VP8, SyntheticClips.simulcast(), 1, 30));
    private final SentTrack mine = new SentTrack("r0-m0", "camera", clip, 0);
    private final SentTrack yours = new SentTrack("r0-m1", "camera", clip, 0);

    @Test
    void whoAsksFirstDecidesNothing() {
        Conference conference = new Conference("load-0", 1_001);
        // A viewer asks before the publisher does.
        assertEquals(List.of(1_000, 1_002, 1_004), conference.ssrcs(yours));
        assertEquals(List.of(1_006, 1_008, 1_010), conference.ssrcs(mine));
        assertEquals(List.of(1_000, 1_002, 1_004), conference.ssrcs(yours));
        assertEquals("00000001", conference.endpoint("r0-m1"));
        assertEquals("00000002", conference.endpoint("r0-m0"));
        assertEquals("00000001", conference.endpoint("r0-m1"));
    }

    @Test
    void ssrcsGoOnBehindTheLargest() {
        Conference conference = new Conference("load-0", -4);
        assertEquals(List.of(-4, -2, 0), conference.ssrcs(mine));
    }

    @Test
    void eachConferenceIsAnotherMeeting() {
        String one = new Conference("load-0", 0).meetingId();
        assertTrue(!one.equals(new Conference("load-0", 0).meetingId()));
    }
}
