package dev.parley.examples;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.Room;
import dev.parley.sfu.Sfu;
import dev.parley.sfu.nativepeer.NativeParticipant;
import dev.parley.sfu.nativepeer.NativeSupport;
import dev.parley.signaling.ParleyServer;
import dev.parley.signaling.config.ConfigException;
import dev.parley.signaling.config.ConfigKey;
import dev.parley.signaling.config.ConfigLayers;
import dev.parley.signaling.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole server with a bot in a room of it, to be met in a browser. */
public final class Main {
    private static final String USAGE = """
            Usage: ./parley example <bot>[,<bot>…] [room] [--key=value …]

              test-card   shows a moving test card and plays a tone
              echo        sends back whatever it sees and hears
              snapshots   writes PNG stills of whoever speaks into the folder snapshots
              bridge      publishes each VP8 camera again in H264
              meter       prints what it sees and hears

            The room is demo unless named; the keys are those of ./parley serve --help.""";

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        List<String> names =
                arguments.stream().filter(one -> !one.startsWith("--")).toList();
        Optional<String> problem = NativeSupport.problem();
        if (names.isEmpty() || problem.isPresent()) {
            System.err.println(names.isEmpty() ? USAGE : "parley: " + problem.orElseThrow());
            return names.isEmpty() ? 2 : 1;
        }
        try {
            ServerConfig config = configuration(arguments);
            Sfu sfu = Sfu.start(config.toSfuConfig());
            ParleyServer server = ParleyServer.start(config, sfu);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            String roomName = names.size() > 1 ? names.get(1) : "demo";
            for (String bot : names.getFirst().split(",", -1)) {
                start(bot, sfu.room(roomName));
            }
            System.out.println("Parley is ready: " + server.url() + "/r/" + roomName);
            Thread.currentThread().join();
            return 0;
        } catch (ConfigException | IllegalArgumentException | IOException refused) {
            System.err.println("parley: " + refused.getMessage());
            return 1;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static ServerConfig configuration(List<String> arguments) {
        Map<ConfigKey, String> options = new EnumMap<>(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            String option = "--" + key.key() + "=";
            arguments.stream()
                    .filter(one -> one.startsWith(option))
                    .forEach(one -> options.put(key, one.substring(option.length())));
        }
        return ConfigLayers.defaults()
                .environment(System.getenv())
                .commandLine(options)
                .build();
    }

    private static void start(String bot, Room room) {
        switch (bot) {
            case "test-card" -> TestCardBot.join(room);
            case "echo" -> EchoBot.join(room);
            case "snapshots" -> SnapshotBot.join(room, Path.of("snapshots"));
            case "bridge" -> bridgeAll(MeterBot.join(room, _ -> {}));
            case "meter" -> MeterBot.join(room, System.out::println);
            default -> throw new IllegalArgumentException("no example '" + bot + "'\n\n" + USAGE);
        }
    }

    private static void bridgeAll(NativeParticipant watcher) {
        watcher.onTrack(remote -> {
            if (remote.track().kind() == MediaKind.VIDEO
                    && remote.track().codec().equals("VP8")) {
                CodecBridge.join(watcher.room(), remote.track(), "H264");
            }
        });
    }
}
