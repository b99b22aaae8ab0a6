package dev.parley.benchmarks.load.media;

import dev.parley.sfu.rtp.Codec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * How a clip is kept in a file, all numbers big-endian, texts as {@link DataOutputStream#writeUTF}:
 *
 * <pre>
 * u32 "PCLP", u16 version, text name, text codec (as in a=rtpmap), u32 clock rate, u32 duration in ticks, u16 encodings
 * an encoding: text rid, u16 width, u16 height, u32 frames
 * a frame:     u32 time in ticks, u8 flags, u8 spatial id, u8 temporal id, u8 length and dependency descriptor,
 *              u32 length and data
 * flags:       1 keyframe, 2 inter-picture, 4 inter-layer, 8 switching up, 16 last of picture
 * </pre>
 */
public final class ClipFile {
    private static final int MAGIC = 0x50434C50;
    private static final int VERSION = 1;
    private static final int KEYFRAME = 1;
    private static final int INTER_PICTURE = 2;
    private static final int INTER_LAYER = 4;
    private static final int SWITCHING_UP = 8;
    private static final int LAST_OF_PICTURE = 16;
    /** Above any frame that a bot would send. */
    private static final int MAX_FRAME_BYTES = 4 << 20;

    private static final int MAX_FRAMES = 1 << 20;

    private ClipFile() {}

    public static void write(MediaClip clip, OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
        out.writeInt(MAGIC);
        out.writeShort(VERSION);
        out.writeUTF(clip.name());
        out.writeUTF(clip.codec().encodingName());
        out.writeInt(clip.clockRateHz());
        out.writeInt(clip.durationTicks());
        out.writeShort(clip.encodings().size());
        for (Encoding encoding : clip.encodings()) {
            out.writeUTF(encoding.rid());
            out.writeShort(encoding.width());
            out.writeShort(encoding.height());
            out.writeInt(encoding.frames().size());
            for (EncodedFrame frame : encoding.frames()) {
                write(frame, out);
            }
        }
        out.flush();
    }

    private static void write(EncodedFrame frame, DataOutputStream out) throws IOException {
        out.writeInt(frame.timeTicks());
        out.writeByte((frame.keyframe() ? KEYFRAME : 0)
                | (frame.interPicture() ? INTER_PICTURE : 0)
                | (frame.interLayer() ? INTER_LAYER : 0)
                | (frame.switchingUp() ? SWITCHING_UP : 0)
                | (frame.lastOfPicture() ? LAST_OF_PICTURE : 0));
        out.writeByte(frame.spatialId());
        out.writeByte(frame.temporalId());
        out.writeByte(frame.dependencyDescriptor().length);
        out.write(frame.dependencyDescriptor());
        out.writeInt(frame.data().length);
        out.write(frame.data());
    }

    /**
     * Reads a clip.
     *
     * @throws IOException if it is none, or cut off; the message says where
     */
    public static MediaClip read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(from));
        if (in.readInt() != MAGIC || in.readUnsignedShort() != VERSION) {
            throw new IOException("not a clip of this version");
        }
        String name = in.readUTF();
        String codecName = in.readUTF();
        Codec codec = Codec.fromName(codecName);
        if (codec == null) {
            throw new IOException(name + " is in an unknown codec: " + codecName);
        }
        int clockRate = in.readInt();
        int duration = in.readInt();
        int count = in.readUnsignedShort();
        List<Encoding> encodings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            encodings.add(encoding(in, name));
        }
        try {
            return new MediaClip(name, codec, clockRate, duration, encodings);
        } catch (IllegalArgumentException e) {
            throw new IOException("the clip " + name + " makes no sense: " + e.getMessage(), e);
        }
    }

    private static Encoding encoding(DataInputStream in, String name) throws IOException {
        String rid = in.readUTF();
        int width = in.readUnsignedShort();
        int height = in.readUnsignedShort();
        int count = in.readInt();
        if (count < 1 || count > MAX_FRAMES) {
            throw new IOException(name + " says that it has " + count + " frames");
        }
        List<EncodedFrame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(frame(in, name));
        }
        try {
            return new Encoding(rid, width, height, frames);
        } catch (IllegalArgumentException e) {
            throw new IOException("the clip " + name + " makes no sense: " + e.getMessage(), e);
        }
    }

    private static EncodedFrame frame(DataInputStream in, String name) throws IOException {
        int time = in.readInt();
        int flags = in.readUnsignedByte();
        int spatialId = in.readUnsignedByte();
        int temporalId = in.readUnsignedByte();
        byte[] descriptor = in.readNBytes(in.readUnsignedByte());
        int length = in.readInt();
        if (length < 1 || length > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + name + " says that it has " + length + " bytes");
        }
        byte[] data = in.readNBytes(length);
        if (data.length < length) {
            throw new IOException("the clip " + name + " is cut off");
        }
        try {
            return new EncodedFrame(
                    time,
                    (flags & KEYFRAME) != 0,
                    spatialId,
                    temporalId,
                    (flags & INTER_PICTURE) != 0,
                    (flags & INTER_LAYER) != 0,
                    (flags & SWITCHING_UP) != 0,
                    (flags & LAST_OF_PICTURE) != 0,
                    descriptor,
                    data);
        } catch (IllegalArgumentException e) {
            throw new IOException("the clip " + name + " makes no sense: " + e.getMessage(), e);
        }
    }
}
