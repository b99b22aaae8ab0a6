package dev.parley.examples;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.nativepeer.AudioPublication;
import dev.parley.sfu.nativepeer.AudioSettings;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSubscription;
import dev.parley.sfu.nativepeer.Publication;
import dev.parley.sfu.nativepeer.RemoteTrack;
import dev.parley.sfu.nativepeer.VideoPublication;
import dev.parley.sfu.nativepeer.VideoSettings;
import java.util.concurrent.CompletableFuture;

/** A bot that sends back whatever it sees and hears. */
public final class EchoBot {
    private static final String IDENTITY = "echo";

    private EchoBot() {}

    static NativeParticipant join(Room room) {
        NativeParticipant bot =
                NativeParticipant.join(room, JoinRequest.of(IDENTITY)).join();
        bot.onTrack(remote -> {
            switch (remote.track().kind()) {
                case VIDEO -> echoVideo(bot, remote);
                case AUDIO -> echoAudio(bot, remote);
            }
        });
        return bot;
    }

    private static void echoVideo(NativeParticipant bot, RemoteTrack remote) {
        VideoPublication echo = bot.publishVideo(
                        VideoSettings.of(640, 360, 30).source(remote.track().source()))
                .join();
        endTogether(echo, bot.receiveVideo(remote.track().id(), frame -> echo.send(frame.image())));
    }

    private static void echoAudio(NativeParticipant bot, RemoteTrack remote) {
        // What decoders give is 48 kHz whatever was sent, of as many channels as were sent.
        AudioPublication echo = bot.publishAudio(AudioSettings.voice()).join();
        endTogether(
                echo,
                bot.receiveAudio(
                        remote.track().id(), samples -> echo.send(Mono.of(samples.pcm(), samples.channels()))));
    }

    /** A track that ends takes its echo with it. */
    private static void endTogether(Publication echo, CompletableFuture<NativeSubscription> source) {
        source.thenCompose(NativeSubscription::whenEnded).whenComplete((_, _) -> echo.close());
    }
}
