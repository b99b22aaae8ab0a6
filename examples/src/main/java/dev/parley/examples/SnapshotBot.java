package dev.parley.examples;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.nativepeer.I420Frame;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSubscription;
import dev.parley.sfu.nativepeer.ReceivedFrame;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A bot that writes a PNG still of whoever speaks, every other second. It receives nobody else. */
public final class SnapshotBot {
    private static final long INTERVAL_NS = Duration.ofSeconds(2).toNanos();

    private final NativeParticipant bot;
    private final Path folder;
    private final Map<String, String> cameras = new ConcurrentHashMap<>();
    private String speaker = "";
    private @Nullable CompletableFuture<NativeSubscription> shown;
    private long nextNs = System.nanoTime();
    private int stills;

    private SnapshotBot(NativeParticipant bot, Path folder) {
        this.bot = bot;
        this.folder = folder;
    }

    static NativeParticipant join(Room room, Path folder) {
        NativeParticipant bot =
                NativeParticipant.join(room, JoinRequest.of("snapshots")).join();
        SnapshotBot snapshots = new SnapshotBot(bot, folder);
        bot.onTrack(remote -> {
            if (remote.track().source() == TrackSource.CAMERA) {
                snapshots.cameras.put(remote.participant().id(), remote.track().id());
            }
        });
        Room.EventSubscription events = room.onEvent(event -> {
            if (event instanceof RoomEvent.SpeakersChanged(var speakers) && !speakers.isEmpty()) {
                // Events come on the thread that moves the room's packets.
                Thread.startVirtualThread(
                        () -> snapshots.look(speakers.getFirst().participantId()));
            }
        });
        bot.whenClosed().thenRun(events::close);
        return bot;
    }

    private synchronized void look(String participantId) {
        String camera = cameras.get(participantId);
        if (camera == null || participantId.equals(speaker)) {
            return;
        }
        speaker = participantId;
        if (shown != null) {
            shown.thenAccept(NativeSubscription::close);
        }
        shown = bot.receiveVideo(camera, this::take);
    }

    private synchronized void take(ReceivedFrame frame) {
        if (System.nanoTime() - nextNs < 0) {
            return;
        }
        nextNs = System.nanoTime() + INTERVAL_NS;
        Path file = folder.resolve("%s-%03d.png".formatted(frame.trackId(), ++stills));
        try {
            Files.createDirectories(folder);
            ImageIO.write(image(frame.image()), "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage image(I420Frame frame) {
        BufferedImage image = new BufferedImage(frame.widthPx(), frame.heightPx(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < frame.heightPx(); y++) {
            for (int x = 0; x < frame.widthPx(); x++) {
                image.setRGB(x, y, frame.rgb(x, y));
            }
        }
        return image;
    }
}
