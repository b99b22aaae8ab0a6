package dev.parley.benchmarks.livekit;

import java.util.List;

/** What a member says to LiveKit, as far as bots say it: one field of {@code SignalRequest} of {@code livekit_rtc.proto}. */
sealed interface SignalRequest {
    /** Offers the connection to publish by. */
    record Offer(String sdp) implements SignalRequest {}

    /**
     * Answers the offer of the connection to watch by.
     *
     * @param id the offer's
     */
    record Answer(String sdp, long id) implements SignalRequest {}

    /**
     * Announces a track before it is offered.
     *
     * @param label the track's id in {@code a=msid}, and its name
     * @param codec such as {@code vp8}
     * @param layers the smallest first; none for audio
     */
    record AddTrack(String label, boolean isAudio, String codec, List<Layer> layers) implements SignalRequest {
        public AddTrack {
            layers = List.copyOf(layers);
        }
    }

    /** A layer of a track: an encoding, or a spatial layer of one. */
    record Layer(Quality quality, int width, int height, long bitrateBps) {}

    /** Asks for the largest layer of a track that is watched. */
    record WatchLargest(String trackSid) implements SignalRequest {}

    /**
     * Says that it is still here.
     *
     * @param timeMs since 1970
     */
    record Ping(long timeMs) implements SignalRequest {}

    /** Leaves for good. */
    record Leave() implements SignalRequest {}

    /** The names of layers, numbered as in {@code VideoQuality}. */
    enum Quality {
        LOW,
        MEDIUM,
        HIGH
    }

    /** As it is sent. */
    default byte[] toBytes() {
        MessageWriter request = new MessageWriter();
        MessageWriter written = switch (this) {
            case Offer(String sdp) -> request.message(1, description("offer", sdp, 0));
            case Answer(String sdp, long id) -> request.message(2, description("answer", sdp, id));
            case AddTrack track -> request.message(4, track(track));
            case WatchLargest(String sid) ->
                request.message(7, new MessageWriter().text(1, sid).number(4, Quality.HIGH.ordinal()));
            // DisconnectReason CLIENT_INITIATED
            case Leave() -> request.message(8, new MessageWriter().number(2, 1));
            case Ping(long timeMs) -> request.message(16, new MessageWriter().number(1, timeMs));
        };
        return written.toBytes();
    }

    private static MessageWriter description(String type, String sdp, long id) {
        return new MessageWriter().text(1, type).text(2, sdp).number(3, id);
    }

    private static MessageWriter track(AddTrack track) {
        MessageWriter message = new MessageWriter().text(1, track.label()).text(2, track.label());
        if (track.isAudio()) {
            // TrackType AUDIO is 0; TrackSource MICROPHONE. disable_red: else the server makes RED of it for who
            // watches.
            return message.number(8, 2).number(13, 1);
        }
        Layer largest = track.layers().getLast();
        // TrackType VIDEO, TrackSource CAMERA
        message.number(3, 1)
                .number(4, largest.width())
                .number(5, largest.height())
                .number(8, 1);
        track.layers().forEach(layer -> message.message(9, layer(layer)));
        return message.message(10, new MessageWriter().text(1, track.codec()).text(2, track.label()));
    }

    private static MessageWriter layer(Layer layer) {
        return new MessageWriter()
                .number(1, layer.quality().ordinal())
                .number(2, layer.width())
                .number(3, layer.height())
                .number(4, layer.bitrateBps());
    }
}
