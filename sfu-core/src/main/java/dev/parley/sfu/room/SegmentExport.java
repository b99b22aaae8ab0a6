package dev.parley.sfu.room;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.peer.MediaPipe;
import dev.parley.sfu.peer.RemoteSubscriber;
import dev.parley.sfu.stream.IngressStream;

/** A track of this segment on its way to another one, which has a replica of it. Owned by the publisher's shard. */
final class SegmentExport implements RemoteSubscriber {
    private final RoomServices services;
    private final int segment;
    private final int channel;
    private final MediaPipe pipe;

    SegmentExport(RoomServices services, int segment, int channel) {
        this.services = services;
        this.segment = segment;
        this.channel = channel;
        this.pipe = services.pipeTo(segment);
    }

    @Override
    public void onPacket(IngressStream stream, PacketBuffer packet, long nowNs) {
        if (!pipe.sendPacket(channel, packet)) {
            // Nobody there can repair it: what follows is of use from the next keyframe on.
            stream.requestKeyframe(nowNs);
        }
    }

    @Override
    public void streamChanged(IngressStream stream) {
        services.send(segment, new SegmentMessage.StreamChanged(channel, stream.settings()));
    }

    @Override
    public void clockMoved(IngressStream stream) {
        if (stream.clock().isReported()) {
            pipe.sendClock(channel, stream);
        }
    }

    @Override
    public void streamPaused(IngressStream stream) {
        services.send(segment, new SegmentMessage.StreamPaused(channel, stream.ssrc()));
    }

    @Override
    public void streamResumed() {
        services.send(segment, new SegmentMessage.StreamResumed(channel));
    }
}
