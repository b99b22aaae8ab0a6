package dev.parley.sfu.nativepeer;

import dev.parley.sfu.JoinRequest;
import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.SfuConfig;
import dev.parley.sfu.SfuStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens and closes native participants with media, doing whatever they can do in an order from a seed, several of them at
 * once and without waiting for what they do. Runs in a JVM of its own, whose end by a signal is a failure too, and prints
 * what {@link NativeChurnIT} looks at.
 */
final class NativeChurn {
    private static final int AT_ONCE = 6;
    private static final String[] CODECS = {"VP8", "VP9", "H264", "AV1"};

    private final Random random;
    private final Room room;
    private final List<Bot> open = new ArrayList<>();
    private final List<CompletableFuture<?>> closing = new ArrayList<>();
    private final Map<String, MediaKind> tracks = new ConcurrentHashMap<>();
    private final LongAdder frames = new LongAdder();
    private final LongAdder samples = new LongAdder();
    private int opened;

    /** A participant and what it has. Filled by whatever thread a result comes on. */
    private record Bot(NativeParticipant self, List<Publication> published, List<NativeSubscription> received) {}

    private NativeChurn(Random random, Room room) {
        this.random = random;
        this.room = room;
    }

    /** Arguments: how many connections, and the seed. */
    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[0]);
        try (Sfu sfu = Sfu.start(SfuConfig.builder().udpPort(0).build())) {
            Random random = new Random(Long.parseLong(arguments[1]));
            NativeChurn churn = new NativeChurn(random, sfu.room("churn"));
            // What is made once: the factories, their threads, the pools of libwebrtc and of the JVM.
            churn.run(connections / 5);
            ProcessState start = ProcessState.settled();
            System.out.println("start " + start);
            SfuStats.NativePeers before = sfu.stats().nativePeers();
            churn.run(connections);
            ProcessState end = ProcessState.settled();
            SfuStats.NativePeers natives = sfu.stats().nativePeers();
            System.out.println("end " + end);
            System.out.printf(
                    "result closed=%d open=%d callbackFailures=%d frames=%d samples=%d newThreads=%s knownLeakBytes=%d grownBytes=%d%n",
                    natives.connectionsClosed() - before.connectionsClosed(),
                    natives.connections(),
                    natives.callbackFailures(),
                    churn.frames.sum(),
                    churn.samples.sum(),
                    end.threadsNotIn(start),
                    natives.leakedBytes() - before.leakedBytes(),
                    end.residentBytes() - start.residentBytes());
        }
        // libwebrtc's threads would keep the JVM up.
        System.exit(0);
    }

    private void run(int connections) throws Exception {
        opened = 0;
        while (opened < connections || !open.isEmpty()) {
            if (open.isEmpty() || (opened < connections && open.size() < AT_ONCE && random.nextInt(10) < 3)) {
                join();
            } else {
                act(open.get(random.nextInt(open.size())));
            }
        }
        CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        closing.clear();
        tracks.clear();
    }

    private void join() throws Exception {
        NativeSettings settings = NativeSettings.defaults();
        NativeParticipant self = NativeParticipant.join(
                        room,
                        JoinRequest.of("bot-" + opened++),
                        random.nextInt(4) == 0 ? settings.sendOnly() : settings)
                .get(30, TimeUnit.SECONDS);
        open.add(new Bot(self, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>()));
    }

    private void act(Bot bot) {
        switch (random.nextInt(12)) {
            case 0 -> publishVideo(bot);
            case 1 -> publishAudio(bot);
            case 2, 3, 4 -> receive(bot);
            case 5 -> any(bot.received()).ifPresent(NativeSubscription::close);
            case 6 -> any(bot.published()).ifPresent(Publication::close);
            case 7 ->
                any(bot.published()).ifPresent(one -> {
                    var _ = one.mute(random.nextBoolean());
                });
            case 8 -> {
                var _ = bot.self().stats();
            }
            case 9, 10 -> LockSupport.parkNanos(random.nextInt(120) * 1_000_000L);
            default -> leave(bot);
        }
    }

    private <T> Optional<T> any(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(random.nextInt(list.size())));
    }

    private void publishVideo(Bot bot) {
        VideoSettings settings = VideoSettings.of(160, 90, 15).codec(CODECS[random.nextInt(CODECS.length)]);
        var _ = bot.self().publishVideo(settings).thenAccept(camera -> {
            published(bot, camera);
            I420Frame picture = Natives.picture();
            while (camera.send(picture)) {
                LockSupport.parkNanos(60_000_000);
            }
        });
    }

    private void publishAudio(Bot bot) {
        var _ = bot.self().publishAudio(AudioSettings.voice()).thenAccept(voice -> {
            published(bot, voice);
            short[] noise = new short[480];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (short) (i * 7_919);
            }
            while (voice.send(noise)) {
                Thread.onSpinWait();
            }
        });
    }

    private void published(Bot bot, Publication publication) {
        bot.published().add(publication);
        tracks.put(publication.track().id(), publication.track().kind());
    }

    private void receive(Bot bot) {
        List<Map.Entry<String, MediaKind>> all = new ArrayList<>(tracks.entrySet());
        if (all.isEmpty()) {
            return;
        }
        Map.Entry<String, MediaKind> one = all.get(random.nextInt(all.size()));
        if (one.getValue() == MediaKind.VIDEO) {
            var _ = bot.self()
                    .receiveVideo(one.getKey(), _ -> frames.increment())
                    .thenAccept(bot.received()::add);
        } else if (bot.self().receives()) {
            var _ = bot.self()
                    .receiveAudio(one.getKey(), _ -> samples.increment())
                    .thenAccept(bot.received()::add);
        }
    }

    private void leave(Bot bot) {
        open.remove(bot);
        for (Publication one : bot.published()) {
            tracks.remove(one.track().id());
        }
        if (random.nextBoolean()) {
            // While something else is under way.
            publishVideo(bot);
        }
        closing.add(bot.self().leave());
        if (random.nextInt(3) == 0) {
            publishAudio(bot);
            closing.add(bot.self().leave());
        }
    }
}
