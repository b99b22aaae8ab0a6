package dev.parley.benchmarks.clips;

import dev.parley.benchmarks.load.media.ClipFile;
import dev.parley.benchmarks.load.media.MediaClip;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** The clips that come with the tool, as {@link ClipsCommand} has recorded them. */
public final class RecordedClips {
    private RecordedClips() {}

    /** Somebody who speaks, in Opus. */
    public static MediaClip speech() throws IOException {
        return read("speech");
    }

    /**
     * Somebody before a camera; VP8 in three simulcast layers, the others as one stream.
     *
     * @param codec {@code VP8}, {@code VP9}, {@code H264} or {@code AV1}, in any case
     * @throws IOException if there is none in that codec
     */
    public static MediaClip camera(String codec) throws IOException {
        return read(codec.toLowerCase(Locale.ROOT));
    }

    private static MediaClip read(String name) throws IOException {
        try (InputStream in = RecordedClips.class.getResourceAsStream("/clips/" + name + ".clip")) {
            if (in == null) {
                throw new IOException("there is no clip called " + name);
            }
            return ClipFile.read(in);
        }
    }
}
