package dev.parley.benchmarks.janus;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A configuration of its own for a Janus that only has what is measured: the video room, and its API over WebSocket.
 *
 * @param folder where everything is
 */
record JanusFolder(Path folder) {
    static final int API_PORT = 8188;

    private static final Path LIBRARIES = Path.of("/usr/lib");

    /**
     * Writes it.
     *
     * @param address the one that media and the API listen on
     * @throws IOException if Janus is not installed; the message says how it is
     */
    static JanusFolder write(Path folder, String address) throws IOException {
        Path installed = installed();
        JanusFolder janus = new JanusFolder(folder);
        link(installed, janus.sub("plugins"), "plugins/libjanus_videoroom.so");
        link(installed, janus.sub("transports"), "transports/libjanus_websockets.so");
        janus.sub("events");
        janus.sub("loggers");
        Path configuration = janus.sub("configuration");
        Files.writeString(configuration.resolve("janus.jcfg"), core(folder, address));
        Files.writeString(configuration.resolve("janus.plugin.videoroom.jcfg"), """
                general: {
                    string_ids = true
                }
                """);
        Files.writeString(configuration.resolve("janus.transport.websockets.jcfg"), """
                general: {
                    json = "compact"
                    ws = true
                    ws_port = %d
                    ws_ip = "%s"
                    wss = false
                }
                admin: {
                    admin_ws = false
                    admin_wss = false
                }
                """.formatted(API_PORT, address));
        return janus;
    }

    private static String core(Path folder, String address) {
        return """
                general: {
                    configs_folder = "%1$s/configuration"
                    plugins_folder = "%1$s/plugins"
                    transports_folder = "%1$s/transports"
                    events_folder = "%1$s/events"
                    loggers_folder = "%1$s/loggers"
                    interface = "%2$s"
                    debug_level = 2
                    debug_colors = false
                    session_timeout = 0
                }
                nat: {
                    ice_lite = true
                    ice_enforce_list = "%2$s"
                }
                media: {
                    ipv6 = false
                    rtp_port_range = "20000-60000"
                }
                """.formatted(folder, address);
    }

    private Path sub(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private static void link(Path installed, Path folder, String library) throws IOException {
        Path target = installed.resolve(library);
        Files.createSymbolicLink(folder.resolve(target.getFileName()), target.toRealPath());
    }

    /** Debian keeps it in a folder named after the machine's architecture. */
    private static Path installed() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(LIBRARIES)) {
            for (Path folder : folders) {
                if (Files.exists(folder.resolve("janus/plugins/libjanus_videoroom.so"))) {
                    return folder.resolve("janus");
                }
            }
        }
        throw new IOException("Janus is not installed: apt-get install janus");
    }

    Path configuration() {
        return folder.resolve("configuration");
    }
}
