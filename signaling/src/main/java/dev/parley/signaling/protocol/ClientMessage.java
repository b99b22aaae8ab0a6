package dev.parley.signaling.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.sfu.Termination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks. Every request carries an {@code id} of 1 or more, and its reply the same one.
 *
 * <p>A record's constructor checks its fields, so a message that exists is well formed; what is wrong with it is told
 * by the {@link IllegalArgumentException}, in words fit for the client.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ClientMessage.Join.class, name = "join"),
    @JsonSubTypes.Type(value = ClientMessage.Offer.class, name = "offer"),
    @JsonSubTypes.Type(value = ClientMessage.Subscribe.class, name = "subscribe"),
    @JsonSubTypes.Type(value = ClientMessage.Unsubscribe.class, name = "unsubscribe"),
    @JsonSubTypes.Type(value = ClientMessage.Hint.class, name = "hint"),
    @JsonSubTypes.Type(value = ClientMessage.Mute.class, name = "mute"),
    @JsonSubTypes.Type(value = ClientMessage.Explain.class, name = "explain"),
    @JsonSubTypes.Type(value = ClientMessage.Leave.class, name = "leave"),
    @JsonSubTypes.Type(value = ClientMessage.Resume.class, name = "resume"),
    @JsonSubTypes.Type(value = ClientMessage.Ping.class, name = "ping")
})
public sealed interface ClientMessage {
    long id();

    /**
     * Enters a room, by name; with {@code sdp} it is the first offer as well.
     *
     * @param identity who this is to the application; the server makes one up when absent
     * @param token a grant to join; open rooms ignore it
     * @param tracks what the offer's sending sections show
     * @param termination who shall meet the connection: {@code forward}, {@code native} or {@code auto}
     */
    record Join(
            long id,
            String room,
            @Nullable String identity,
            String name,
            @Nullable String token,
            @Nullable String sdp,
            @Nullable List<Track> tracks,
            @Nullable String termination)
            implements ClientMessage {
        public Join {
            Fields.id(id);
            Fields.label("room", room);
            if (identity != null) {
                Fields.label("identity", identity);
            }
            Fields.text("name", name, Fields.MAX_LABEL_LENGTH);
            tracks = Fields.list("tracks", tracks);
            if (termination != null) {
                Termination.of(termination);
            }
        }
    }

    /** Offers again: other tracks, more slots or an ICE restart. */
    record Offer(long id, String sdp, @Nullable List<Track> tracks) implements ClientMessage {
        public Offer {
            Fields.id(id);
            Fields.present("sdp", sdp);
            tracks = Fields.list("tracks", tracks);
        }
    }

    /** Puts a track into the slot named by its mid. */
    record Subscribe(
            long id, String slot, String trackId, @Nullable SlotHint hint) implements ClientMessage {
        public Subscribe {
            Fields.id(id);
            Fields.label("slot", slot);
            Fields.label("trackId", trackId);
        }
    }

    record Unsubscribe(long id, String slot) implements ClientMessage {
        public Unsubscribe {
            Fields.id(id);
            Fields.label("slot", slot);
        }
    }

    /** Tells how the slot's track is shown now. */
    record Hint(long id, String slot, SlotHint hint) implements ClientMessage {
        public Hint {
            Fields.id(id);
            Fields.label("slot", slot);
            Fields.present("hint", hint);
        }
    }

    /** Tells the others that an own track is muted, or no longer. */
    record Mute(long id, String trackId, Boolean muted) implements ClientMessage {
        public Mute {
            Fields.id(id);
            Fields.label("trackId", trackId);
            Fields.present("muted", muted);
        }
    }

    /** Asks why the own tiles look as they do. */
    record Explain(long id) implements ClientMessage {
        public Explain {
            Fields.id(id);
        }
    }

    record Leave(long id) implements ClientMessage {
        public Leave {
            Fields.id(id);
        }
    }

    /** Takes up a session whose socket was lost. */
    record Resume(long id, String resumeToken) implements ClientMessage {
        public Resume {
            Fields.id(id);
            Fields.label("resumeToken", resumeToken);
        }
    }

    record Ping(long id) implements ClientMessage {
        public Ping {
            Fields.id(id);
        }
    }

    /** What one sending section of an offer shows; {@code source} as in {@link WireNames#source}. */
    record Track(String mid, String source) {
        public Track {
            Fields.label("mid", mid);
            Fields.present("source", source);
            WireNames.source(source);
        }
    }

    /**
     * How a track is shown. Sizes in device pixels, 0 or absent is unknown; larger {@code priority} is more important;
     * more than {@code maxFrameRate} frames a second are of no use, 0 or absent is any.
     */
    record SlotHint(
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable Integer priority,
            @Nullable Boolean paused,
            @Nullable Integer maxFrameRate) {
        public SlotHint {
            Fields.size("width", width);
            Fields.size("height", height);
            Fields.size("maxFrameRate", maxFrameRate);
        }
    }
}
