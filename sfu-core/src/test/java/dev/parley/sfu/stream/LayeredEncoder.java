package dev.parley.sfu.stream;

import dev.parley.sfu.rtp.BitWriter;
import dev.parley.sfu.rtp.Codec;
import dev.parley.sfu.rtp.DependencyDescriptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An encoder of spatial and temporal layers, as far as their descriptors go: modes LxT1, LxT2 and LxT3, and LxTy_KEY, of
 * the AV1 RTP specification and of VP9. Temporal layers repeat 0 2 1 2 or 0 1; each frame refers to the last of the next
 * lower temporal layer there is.
 */
final class LayeredEncoder {
    private static final int[][] PATTERNS = {{0}, {0, 1}, {0, 2, 1, 2}};

    private final Codec codec;
    private final int spatialLayers;
    private final int temporalLayers;
    private final boolean keyOnly;
    private final boolean describes;
    private final int templateOffset;
    private final Map<Integer, Frame> lastOfLayer = new HashMap<>();
    private final Map<Integer, Integer> lastOfChain = new HashMap<>();
    private int nextFrame;
    private int picture;
    private int tl0PicIdx = 250;
    private int pictureId = 0x7FF0;

    /** One frame, of one spatial layer of one picture; {@code id} counts all frames, and is the frame number. */
    record Frame(
            int id,
            int picture,
            int spatialId,
            int temporalId,
            boolean keyframe,
            List<Integer> references,
            boolean lastOfPicture,
            int pictureId,
            int tl0PicIdx,
            Map<Integer, Integer> chainDistances) {}

    LayeredEncoder(
            Codec codec,
            int spatialLayers,
            int temporalLayers,
            boolean keyOnly,
            boolean describes,
            int templateOffset) {
        this.codec = codec;
        this.spatialLayers = spatialLayers;
        this.temporalLayers = temporalLayers;
        this.keyOnly = keyOnly;
        this.describes = describes;
        this.templateOffset = templateOffset;
        this.nextFrame = 0xFF00;
    }

    int spatialLayers() {
        return spatialLayers;
    }

    int temporalLayers() {
        return temporalLayers;
    }

    /** Goes on where another encoder ended, as one does that is set up anew. */
    LayeredEncoder after(LayeredEncoder before) {
        nextFrame = before.nextFrame;
        picture = before.picture;
        pictureId = before.pictureId;
        tl0PicIdx = before.tl0PicIdx;
        return this;
    }

    List<Frame> encode(boolean keyframe) {
        int[] pattern = PATTERNS[temporalLayers - 1];
        if (keyframe) {
            picture = (picture + pattern.length) / pattern.length * pattern.length;
            lastOfLayer.clear();
            lastOfChain.clear();
        }
        int temporalId = pattern[picture % pattern.length];
        tl0PicIdx = temporalId == 0 ? tl0PicIdx + 1 & 0xFF : tl0PicIdx;
        List<Frame> frames = new ArrayList<>();
        for (int spatialId = 0; spatialId < spatialLayers; spatialId++) {
            frames.add(frame(spatialId, temporalId, keyframe));
        }
        picture++;
        pictureId = pictureId + 1 & 0x7FFF;
        return frames;
    }

    private Frame frame(int spatialId, int temporalId, boolean keyframe) {
        int id = nextFrame++;
        List<Integer> references = new ArrayList<>();
        if (!keyframe) {
            references.add(reference(spatialId, temporalId).id());
        }
        if (spatialId > 0 && (keyframe || !keyOnly)) {
            references.add(id - 1);
        }
        Map<Integer, Integer> distances = new HashMap<>();
        for (int chain = 0; chain < spatialLayers; chain++) {
            Integer last = lastOfChain.get(chain);
            distances.put(chain, last == null ? 0 : id - last);
            boolean member = temporalId == 0 && (spatialId == chain || spatialId < chain && (keyframe || !keyOnly));
            if (member) {
                lastOfChain.put(chain, id);
            }
        }
        Frame frame = new Frame(
                id,
                picture,
                spatialId,
                temporalId,
                keyframe,
                references,
                spatialId == spatialLayers - 1,
                pictureId,
                tl0PicIdx,
                distances);
        lastOfLayer.put(spatialId * 8 + temporalId, frame);
        return frame;
    }

    /** The last frame of a lower temporal layer, the latest there is; of layer 0 itself for layer 0. */
    private Frame reference(int spatialId, int temporalId) {
        Frame latest = null;
        for (int t = 0; t <= Math.max(0, temporalId - 1); t++) {
            Frame last = lastOfLayer.get(spatialId * 8 + t);
            latest = last != null && (latest == null || last.id() > latest.id()) ? last : latest;
        }
        return Objects.requireNonNull(latest);
    }

    // --- descriptors ----------------------------------------------------------------------------------------------

    private int template(Frame frame) {
        // Of each spatial layer first those of keyframes, then one a temporal layer.
        int inLayer = frame.keyframe() ? 0 : 1 + frame.temporalId();
        return templateOffset + frame.spatialId() * (1 + temporalLayers) + inLayer & 0x3F;
    }

    private int indication(int spatialId, int temporalId, boolean keyframe, int targetS, int targetT) {
        if (targetS < spatialId || targetT < temporalId) {
            return DependencyDescriptor.NOT_PRESENT;
        }
        if (spatialId == targetS) {
            return temporalId == 0 || targetT > temporalId
                    ? DependencyDescriptor.SWITCH
                    : DependencyDescriptor.DISCARDABLE;
        }
        if (keyframe) {
            return DependencyDescriptor.SWITCH;
        }
        return keyOnly ? DependencyDescriptor.NOT_PRESENT : DependencyDescriptor.REQUIRED;
    }

    /** The dependency descriptor of one packet; {@code null} from an encoder without. */
    byte @Nullable [] descriptor(Frame frame, boolean first, boolean last) {
        if (!describes) {
            return null;
        }
        BitWriter bits = new BitWriter()
                .f(1, first ? 1 : 0)
                .f(1, last ? 1 : 0)
                .f(6, template(frame))
                .f(16, frame.id() & 0xFFFF);
        boolean structure = first && frame.keyframe() && frame.spatialId() == 0;
        bits.f(1, structure ? 1 : 0).f(1, 0).f(1, 0).f(1, 1).f(1, 1);
        if (structure) {
            writeStructure(bits);
        }
        for (int reference : frame.references()) {
            int distance = frame.id() - reference;
            bits.f(2, distance <= 16 ? 1 : 2).f(distance <= 16 ? 4 : 8, distance - 1);
        }
        bits.f(2, 0);
        for (int chain = 0; chain < spatialLayers; chain++) {
            bits.f(8, Objects.requireNonNull(frame.chainDistances().get(chain)));
        }
        return bits.toBytes();
    }

    private void writeStructure(BitWriter bits) {
        int targets = spatialLayers * temporalLayers;
        bits.f(6, templateOffset).f(5, targets - 1);
        for (int s = 0; s < spatialLayers; s++) {
            boolean end = s == spatialLayers - 1;
            bits.f(2, 0); // From the keyframe's to that of layer 0.
            for (int t = 0; t < temporalLayers - 1; t++) {
                bits.f(2, 1);
            }
            bits.f(2, end ? 3 : 2);
        }
        forEachTemplate((s, t, key) -> {
            for (int target = 0; target < targets; target++) {
                bits.f(2, indication(s, t, key, target / temporalLayers, target % temporalLayers));
            }
        });
        forEachTemplate((s, t, key) -> bits.f(1, 0));
        bits.ns(targets + 1, spatialLayers);
        for (int target = 0; target < targets; target++) {
            bits.ns(spatialLayers, target / temporalLayers);
        }
        forEachTemplate((s, t, key) -> {
            for (int chain = 0; chain < spatialLayers; chain++) {
                bits.f(4, 0);
            }
        });
        bits.f(1, 1);
        for (int s = 0; s < spatialLayers; s++) {
            bits.f(16, (1280 >> spatialLayers - 1 - s) - 1).f(16, (720 >> spatialLayers - 1 - s) - 1);
        }
    }

    private interface Template {
        void write(int spatialId, int temporalId, boolean keyframe);
    }

    private void forEachTemplate(Template template) {
        for (int s = 0; s < spatialLayers; s++) {
            template.write(s, 0, true);
            for (int t = 0; t < temporalLayers; t++) {
                template.write(s, t, false);
            }
        }
    }

    // --- payloads -------------------------------------------------------------------------------------------------

    /** A packet's payload: what the codec puts in front, then the frame's id, the packet's index and count. */
    byte[] payload(Frame frame, int index, int count, int bytes) {
        ByteBuffer payload = ByteBuffer.allocate(bytes);
        boolean first = index == 0;
        boolean last = index == count - 1;
        switch (codec) {
            case VP8 ->
                payload.put((byte) (first ? 0x90 : 0x80))
                        .put((byte) 0xE0)
                        .putShort((short) (0x8000 | frame.pictureId()))
                        .put((byte) frame.tl0PicIdx())
                        .put((byte) (frame.temporalId() << 6 | (refersToBase(frame) ? 0x20 : 0)))
                        .put((byte) (frame.keyframe() ? 0 : 1));
            case VP9 -> putVp9(payload, frame, first, last);
            case H264 -> payload.put((byte) (frame.keyframe() ? 0x65 : 0x41));
            case AV1 -> payload.put((byte) (first && frame.keyframe() && frame.spatialId() == 0 ? 0x08 : 0));
            default -> throw new IllegalArgumentException(codec + " has no layers");
        }
        payload.put((byte) payload.position());
        return payload.putInt(frame.id()).put((byte) index).put((byte) count).array();
    }

    /** VP8's Y: of the base layer alone, so not the second frame of layer 2, which refers to the one of layer 1. */
    private static boolean refersToBase(Frame frame) {
        return frame.temporalId() > 0 && frame.picture() % 4 != 3;
    }

    /** RFC 9628 §4.2, not in the flexible mode. */
    private void putVp9(ByteBuffer payload, Frame frame, boolean first, boolean last) {
        boolean structure = first && frame.keyframe() && frame.spatialId() == 0;
        int flags = 0xA0 | (frame.keyframe() ? 0 : 0x40) | (first ? 0x08 : 0) | (last ? 0x04 : 0);
        payload.put((byte) (flags | (structure ? 0x02 : 0)));
        payload.putShort((short) (0x8000 | frame.pictureId()));
        boolean interLayer = frame.spatialId() > 0 && (frame.keyframe() || !keyOnly);
        // Every frame is where a receiver may go up: none refers to a frame of its own layer, but for layer 0.
        payload.put((byte) (frame.temporalId() << 5 | 0x10 | frame.spatialId() << 1 | (interLayer ? 1 : 0)));
        payload.put((byte) frame.tl0PicIdx());
        if (structure) {
            payload.put((byte) (spatialLayers - 1 << 5 | 0x10));
            for (int s = 0; s < spatialLayers; s++) {
                payload.putShort((short) (1280 >> spatialLayers - 1 - s));
                payload.putShort((short) (720 >> spatialLayers - 1 - s));
            }
        }
    }
}
