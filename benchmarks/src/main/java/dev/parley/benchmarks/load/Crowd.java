package dev.parley.benchmarks.load;

import dev.parley.benchmarks.load.bot.SentTrack;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.benchmarks.load.media.MediaSet;
import dev.parley.benchmarks.load.media.PacketizedClip;
import dev.parley.benchmarks.load.target.MemberPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Plans who comes into which room, what they send and whom they watch: everybody who sends, but themselves. */
final class Crowd {
    private static final int SEED = 7;

    private final List<PacketizedClip> clips = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);

    Crowd(MediaSet media) {
        for (MediaClip clip : media.clips()) {
            clips.add(PacketizedClip.of(clip));
        }
    }

    /** The members of a room, those who publish first; {@code number} makes its names unique. */
    List<MemberPlan> room(int number, int participants, int publishers) {
        String room = "load-" + number;
        List<List<SentTrack>> published = new ArrayList<>();
        for (int i = 0; i < participants; i++) {
            published.add(i < publishers ? tracks(name(number, i)) : List.of());
        }
        List<MemberPlan> members = new ArrayList<>();
        for (int i = 0; i < participants; i++) {
            members.add(new MemberPlan(room, name(number, i), published.get(i), others(published, i)));
        }
        return members;
    }

    /** One more who only watches. */
    MemberPlan viewer(int room, int number, List<MemberPlan> members) {
        List<SentTrack> watched =
                members.stream().flatMap(member -> member.publishes().stream()).toList();
        return new MemberPlan("load-" + room, name(room, number), List.of(), watched);
    }

    private static String name(int room, int member) {
        return "r" + room + "-m" + member;
    }

    private List<SentTrack> tracks(String member) {
        double phase = random.nextDouble();
        List<SentTrack> tracks = new ArrayList<>();
        for (PacketizedClip clip : clips) {
            tracks.add(new SentTrack(member, clip.clip().isAudio() ? "microphone" : "camera", clip, phase));
        }
        return tracks;
    }

    private static List<SentTrack> others(List<List<SentTrack>> published, int self) {
        List<SentTrack> tracks = new ArrayList<>();
        for (int i = 0; i < published.size(); i++) {
            if (i != self) {
                tracks.addAll(published.get(i));
            }
        }
        return tracks;
    }
}
