package dev.parley.examples;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.nativepeer.AudioPublication;
import dev.parley.sfu.nativepeer.AudioSettings;
import dev.parley.sfu.nativepeer.I420Frame;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSettings;
import dev.parley.sfu.nativepeer.VideoPublication;
import dev.parley.sfu.nativepeer.VideoSettings;

/** A bot that shows a moving test card and plays a tone of 1 kHz. */
public final class TestCardBot {
    private TestCardBot() {}

    // README bot begins
    static NativeParticipant join(Room room) {
        NativeParticipant bot = NativeParticipant.join(
                        room,
                        JoinRequest.of("test-card"),
                        NativeSettings.defaults().sendOnly())
                .join();
        VideoPublication camera =
                bot.publishVideo(VideoSettings.of(640, 360, 25)).join();
        AudioPublication voice = bot.publishAudio(AudioSettings.voice()).join();

        Thread.startVirtualThread(() -> {
            Tone tone = new Tone(48_000, 1_000);
            I420Frame picture = I420Frame.black(640, 360);
            // Samples are taken at the rate at which they are heard, so they are this loop's clock: 4 times 10 ms a
            // picture.
            for (int n = 0; voice.send(tone.next10Ms()); n++) {
                if (n % 4 == 0) {
                    TestCard.paint(picture, n / 4);
                    camera.send(picture);
                }
            }
        });
        return bot;
    }
    // README bot ends
}
