package dev.parley.benchmarks.clips;

import dev.parley.benchmarks.load.ClipSource;
import dev.parley.benchmarks.load.media.ClipFile;
import dev.parley.benchmarks.load.media.Encoding;
import dev.parley.benchmarks.load.media.MediaClip;
import dev.parley.sfu.rtp.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** The clips that come with the tool, as {@link ClipsCommand} has recorded them. */
public final class RecordedClips implements ClipSource {
    /** Stateless. */
    public RecordedClips() {}

    @Override
    public MediaClip audio() {
        return read("speech");
    }

    @Override
    public MediaClip camera(Codec codec) {
        return read(codec.encodingName().toLowerCase(Locale.ROOT));
    }

    /** A screen costs a server what a camera of one layer costs it: this is one, without its smaller layers. */
    @Override
    public MediaClip screen(Codec codec) {
        MediaClip camera = camera(codec);
        Encoding top = camera.encodings().getLast();
        return new MediaClip(
                "screen",
                codec,
                camera.clockRateHz(),
                camera.durationTicks(),
                List.of(new Encoding("", top.width(), top.height(), top.frames())));
    }

    @Override
    public String what() {
        return "pictures and speech made by arithmetic, encoded by libwebrtc";
    }

    private static MediaClip read(String name) {
        try (InputStream in = RecordedClips.class.getResourceAsStream("/clips/" + name + ".clip")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no clip called " + name);
            }
            return ClipFile.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the clip " + name + " cannot be read", e);
        }
    }
}
