package dev.parley.sfu;

import java.util.Objects;

/** A request that the SFU refuses, with a stable code for programs and a sentence for people. */
public final class SfuException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** Why a request was refused. The {@link #wireName()} of a code never changes. */
    public enum Code {
        /** The SDP offer cannot be parsed. */
        BAD_SDP,
        /** The offer parses, but asks for what this server cannot answer, such as no BUNDLE. */
        UNSUPPORTED_SDP,
        /** The arguments of a request do not fit together. */
        BAD_REQUEST,
        ROOM_LIMIT,
        PARTICIPANT_LIMIT,
        TRACK_LIMIT,
        SLOT_LIMIT,
        TRACK_NOT_FOUND,
        /** No receiving media section of that mid, or of the other kind than the track. */
        SLOT_NOT_FOUND,
        /** The track's codec is none of those that the slot's participant has negotiated. */
        CODEC_NOT_NEGOTIATED,
        /** As many streams are encoded on this server as may be. */
        NATIVE_LIMIT,
        /** What was asked needs libwebrtc in this JVM, which is not there or does not start. */
        NATIVE_UNAVAILABLE,
        /** The shard's mailbox is full; try again. */
        OVERLOADED,
        /** The participant, room or server has ended. */
        CLOSED;

        /** The code as signaling sends it: lower case with hyphens. */
        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    public SfuException(Code code, String message) {
        super(Objects.requireNonNull(message));
        this.code = Objects.requireNonNull(code);
    }

    public Code code() {
        return code;
    }
}
