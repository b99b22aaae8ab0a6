package dev.parley.sfu.room;

import dev.parley.sfu.MediaKind;
import dev.parley.sfu.SfuException;
import dev.parley.sfu.TrackSource;
import dev.parley.sfu.peer.PublishedTrack;
import dev.parley.sfu.peer.TrackReplica;
import dev.parley.sfu.peer.TrackRouter;
import dev.parley.sfu.stream.IngressSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tracks that one segment has of the others, and those that the others have of it. A track crosses only while
 * somebody watches it on the far side. Owned by the segment's shard.
 */
final class TrackExchange {
    private final RoomServices services;
    private final Map<String, DistantTrack> distant = new HashMap<>();
    private final Map<Consumer, Export> exports = new HashMap<>();

    /** A track of another segment, with its replica while somebody watches here. */
    private static final class DistantTrack {
        private final MediaKind kind;
        private final TrackSource source;
        private final int segment;
        private @Nullable Import watched;

        DistantTrack(MediaKind kind, TrackSource source, int segment) {
            this.kind = kind;
            this.source = source;
            this.segment = segment;
        }
    }

    /** A replica and what its packets are addressed to. */
    private record Import(TrackReplica replica, int channel) {}

    /** One who is sent a track: a channel of another segment's shard. */
    private record Consumer(int segment, int channel) {}

    private record Export(PublishedTrack track, SegmentExport subscriber) {}

    TrackExchange(RoomServices services) {
        this.services = services;
    }

    // --- tracks of others -----------------------------------------------------------------------------------------

    void available(String trackId, MediaKind kind, TrackSource source, int segment) {
        distant.put(trackId, new DistantTrack(kind, source, segment));
    }

    @Nullable
    MediaKind kindOf(String trackId) {
        DistantTrack track = distant.get(trackId);
        return track == null ? null : track.kind;
    }

    /** The router of the track's replica, which is asked for when it is the first to be. */
    TrackRouter replicaOf(String trackId) {
        DistantTrack track = distant.get(trackId);
        if (track == null) {
            throw new SfuException(SfuException.Code.TRACK_NOT_FOUND, "no track " + trackId + " in this room");
        }
        Import watched = track.watched;
        if (watched == null) {
            TrackReplica replica = new TrackReplica(trackId, track.kind, track.source, new Origin(trackId, track));
            watched = new Import(replica, services.replicas().add(replica));
            track.watched = watched;
            services.send(track.segment, new SegmentMessage.Attach(trackId, watched.channel()));
        }
        return watched.replica().router();
    }

    void gone(String trackId, long nowNs) {
        DistantTrack track = distant.remove(trackId);
        if (track != null && track.watched != null) {
            Import watched = track.watched;
            track.watched = null;
            services.replicas().remove(watched.channel());
            watched.replica().close(nowNs);
        }
    }

    void speaking(List<String> trackIds, long nowNs) {
        distant.forEach((trackId, track) -> {
            if (track.watched != null) {
                track.watched.replica().router().speaking(trackIds.contains(trackId), nowNs);
            }
        });
    }

    void streamChanged(int channel, IngressSettings settings) {
        TrackReplica replica = services.replicas().find(channel);
        if (replica != null) {
            replica.streamChanged(settings);
        }
    }

    void streamPaused(int channel, int ssrc) {
        TrackReplica replica = services.replicas().find(channel);
        if (replica != null) {
            replica.streamPaused(ssrc);
        }
    }

    void streamResumed(int channel, long nowNs) {
        TrackReplica replica = services.replicas().find(channel);
        if (replica != null) {
            replica.router().resumed(nowNs);
        }
    }

    private final class Origin implements TrackReplica.Origin {
        private final String trackId;
        private final DistantTrack track;

        Origin(String trackId, DistantTrack track) {
            this.trackId = trackId;
            this.track = track;
        }

        @Override
        public void keyframeWanted(int ssrc) {
            services.send(track.segment, new SegmentMessage.KeyframeWanted(trackId, ssrc));
        }

        @Override
        public void unused() {
            Import watched = track.watched;
            if (watched != null) {
                track.watched = null;
                services.replicas().remove(watched.channel());
                services.send(track.segment, new SegmentMessage.Detach(trackId, watched.channel()));
            }
        }
    }

    // --- tracks for others ----------------------------------------------------------------------------------------

    void attach(int segment, int channel, PublishedTrack track) {
        SegmentExport subscriber = new SegmentExport(services, segment, channel);
        exports.put(new Consumer(segment, channel), new Export(track, subscriber));
        track.router().addRemote(subscriber);
    }

    void detach(int segment, int channel) {
        Export export = exports.remove(new Consumer(segment, channel));
        if (export != null) {
            export.track().router().removeRemote(export.subscriber());
        }
    }

    /** A track of this segment has ended, and with it what was sent of it. */
    void unpublished(String trackId) {
        if (!exports.isEmpty()) {
            exports.values().removeIf(export -> export.track().id().equals(trackId));
        }
    }

    /** The segment has ended, with all participants of the room. */
    void close(long nowNs) {
        for (String trackId : List.copyOf(distant.keySet())) {
            gone(trackId, nowNs);
        }
        exports.clear();
    }
}
