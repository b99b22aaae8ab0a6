package dev.parley.sfu.rtp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The payload formats that Parley forwards, by their encoding name in SDP. */
public enum Codec {
    OPUS("opus", Kind.AUDIO),
    /** Redundant audio (RFC 2198). */
    RED("red", Kind.AUDIO),
    G722("G722", Kind.AUDIO),
    PCMU("PCMU", Kind.AUDIO),
    PCMA("PCMA", Kind.AUDIO),
    VP8("VP8", Kind.VIDEO),
    VP9("VP9", Kind.VIDEO),
    H264("H264", Kind.VIDEO),
    AV1("AV1", Kind.VIDEO),
    /** Retransmissions (RFC 4588). */
    RTX("rtx", Kind.REPAIR),
    ULPFEC("ulpfec", Kind.REPAIR),
    FLEXFEC("flexfec-03", Kind.REPAIR);

    private enum Kind {
        AUDIO,
        VIDEO,
        REPAIR
    }

    private static final Codec[] ALL = values();

    private final String encodingName;
    private final Kind kind;

    Codec(String encodingName, Kind kind) {
        this.encodingName = encodingName;
        this.kind = kind;
    }

    /** The name as it is written in {@code a=rtpmap}. */
    public String encodingName() {
        return encodingName;
    }

    public boolean isAudio() {
        return kind == Kind.AUDIO;
    }

    public boolean isVideo() {
        return kind == Kind.VIDEO;
    }

    /** Whether it carries no media of its own but mends that of another payload type. */
    public boolean isRepair() {
        return kind == Kind.REPAIR;
    }

    /** The codec of an encoding name, in any case (RFC 8866 §6.6), or {@code null} for one that is not forwarded. */
    public static @Nullable Codec fromName(String encodingName) {
        String name = encodingName.toLowerCase(Locale.ROOT);
        for (Codec codec : ALL) {
            if (codec.encodingName.toLowerCase(Locale.ROOT).equals(name)) {
                return codec;
            }
        }
        return null;
    }
}
