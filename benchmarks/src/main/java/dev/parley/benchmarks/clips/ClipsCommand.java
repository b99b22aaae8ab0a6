package dev.parley.benchmarks.clips;

import dev.parley.benchmarks.load.media.ClipFile;
import dev.parley.benchmarks.load.media.Encoding;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.sfu.nativepeer.NativeSupport;
import dev.parley.sfu.nativepeer.NativeUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Records the clips that come with the load tester, anew. */
@Command(
        name = "clips",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Records what bots play: libwebrtc encodes pictures and speech that are made by arithmetic, and publishes"
                    + " them to a server in this process, which writes down what it decrypts.",
            "The results come with the load tester; this is how they were made."
        })
public final class ClipsCommand implements Callable<Integer> {
    @Option(names = "--to", paramLabel = "FOLDER", required = true, description = "where to put the files")
    private Path to = Path.of(".");

    @Option(names = "--seconds", paramLabel = "N", description = "how long each is (default: ${DEFAULT-VALUE})")
    private int seconds = 4;

    @Option(names = "--only", paramLabel = "NAME", description = "speech, vp8, vp9, h264 or av1 (default: all)")
    private List<String> only = List.of();

    /** Ready for {@link dev.parley.benchmarks.Main}. */
    public ClipsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            NativeSupport.require();
        } catch (NativeUnavailableException e) {
            System.err.println("parley: " + e.getMessage());
            return 1;
        }
        Files.createDirectories(to);
        ClipRecorder recorder = new ClipRecorder(seconds);
        if (isWanted("speech")) {
            write("speech", recorder.speech());
        }
        for (VideoPlan plan : VideoPlan.ALL) {
            if (isWanted(plan.name())) {
                write(plan.name(), recorder.camera(plan));
            }
        }
        return 0;
    }

    private boolean isWanted(String name) {
        return only.isEmpty() || only.contains(name);
    }

    private void write(String name, MediaClip clip) throws IOException {
        Path file = to.resolve(name + ".clip");
        try (OutputStream out = Files.newOutputStream(file)) {
            ClipFile.write(clip, out);
        }
        System.out.printf(Locale.ROOT, "%s: %d bytes%n", file, Files.size(file));
        for (Encoding encoding : clip.encodings()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-2s %dx%d, %d frames, %.0f kbit/s, %d spatial layers%n",
                    encoding.rid(),
                    encoding.width(),
                    encoding.height(),
                    encoding.frames().size(),
                    8 * encoding.bytes() / clip.seconds() / 1_000,
                    encoding.spatialLayers());
        }
    }
}
