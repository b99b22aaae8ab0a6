package dev.parley.sfu.peer;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.stream.IngressStream;

/** Another segment of the room, as a track published here sees it: its packets go there once, whoever watches there. */
public interface RemoteSubscriber {
    /** A decrypted packet, whole and in order. Borrowed. */
    void onPacket(IngressStream stream, PacketBuffer packet, long nowNs);

    /** A stream is new in the track, or was negotiated anew; its packets follow. */
    void streamChanged(IngressStream stream);

    /** What is known of the publisher's clock has changed. */
    void clockMoved(IngressStream stream);

    /** The publisher has said goodbye for a stream (RFC 3550 §6.6), which may come back. */
    void streamPaused(IngressStream stream);

    /** Packets of the track were kept back, and those that follow are to be taken for the next ones. */
    void streamResumed();
}
