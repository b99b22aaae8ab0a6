package dev.parley.sfu.ice;

import dev.parley.sfu.buffer.PacketBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what an agent says: events as text, and the latest response. */
final class RecordingIceSink implements IceSink {
    final List<String> events = new ArrayList<>();
    byte @Nullable [] response;

    @Nullable
    TransportAddress responseTo;

    @Override
    public void transmit(PacketBuffer response, TransportAddress remote) {
        this.response = response.toByteArray();
        responseTo = remote;
    }

    @Override
    public void verified(TransportAddress remote) {
        events.add("verified " + remote);
    }

    @Override
    public void forgotten(TransportAddress remote) {
        events.add("forgotten " + remote);
    }

    @Override
    public void selected(TransportAddress remote) {
        events.add("selected " + remote);
    }

    @Override
    public void consentLost() {
        events.add("consentLost");
    }

    @Override
    public void consentRegained() {
        events.add("consentRegained");
    }

    /** The events since the last call. */
    List<String> drain() {
        List<String> drained = List.copyOf(events);
        events.clear();
        return drained;
    }
}
