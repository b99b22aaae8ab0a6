package dev.parley.signaling.session;

import dev.parley.sfu.RoomEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** A room's event on its way to all members: encoded once for each wire format, however many there are. */
public final class SharedEvent {
    private final RoomEvent event;
    private final Map<Function<RoomEvent, ?>, Object> encodings = new HashMap<>(2);

    SharedEvent(RoomEvent event) {
        this.event = event;
    }

    public RoomEvent event() {
        return event;
    }

    /** The event as {@code encoder} writes it; pass the same instance each time. */
    @SuppressWarnings("unchecked") // the value was made by the encoder that is its key
    public <T> T encoded(Function<RoomEvent, T> encoder) {
        return (T) encodings.computeIfAbsent(encoder, key -> key.apply(event));
    }
}
