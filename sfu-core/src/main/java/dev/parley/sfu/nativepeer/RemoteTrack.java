package dev.parley.sfu.nativepeer;

import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.TrackInfo;

/**
 * A track that somebody else in the room publishes.
 *
 * @param participant who
 */
public record RemoteTrack(ParticipantInfo participant, TrackInfo track) {}
