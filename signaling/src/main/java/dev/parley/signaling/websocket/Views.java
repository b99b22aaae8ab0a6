package dev.parley.signaling.websocket;

import dev.parley.sfu.Answer;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.Room;
import dev.parley.sfu.RoomEvent;
import dev.parley.sfu.TrackInfo;
import dev.parley.signaling.config.IceServer;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.protocol.ServerMessage;
import dev.parley.signaling.protocol.ServerMessage.AnswerView;
import dev.parley.signaling.protocol.ServerMessage.IceServerView;
import dev.parley.signaling.protocol.ServerMessage.LimitsView;
import dev.parley.signaling.protocol.ServerMessage.ParticipantView;
import dev.parley.signaling.protocol.ServerMessage.RoomView;
import dev.parley.signaling.protocol.ServerMessage.SlotState;
import dev.parley.signaling.protocol.ServerMessage.SlotView;
import dev.parley.signaling.protocol.ServerMessage.SpeakerView;
import dev.parley.signaling.protocol.ServerMessage.TrackView;
import dev.parley.signaling.protocol.WireNames;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the SFU and the sessions know, in the protocol's words. */
final class Views {
    private Views() {}

    static RoomView room(Room room) {
        return new RoomView(room.id(), room.name());
    }

    static ParticipantView participant(ParticipantInfo info) {
        return new ParticipantView(
                info.id(),
                info.identity(),
                info.name(),
                info.version(),
                WireNames.of(info.state()),
                tracks(info.tracks()));
    }

    static List<ParticipantView> participants(Collection<ParticipantInfo> infos) {
        return infos.stream().map(Views::participant).toList();
    }

    private static List<TrackView> tracks(List<TrackInfo> tracks) {
        return tracks.stream()
                .map(track -> new TrackView(
                        track.id(),
                        track.clientTrackId(),
                        track.mid(),
                        WireNames.of(track.kind()),
                        WireNames.of(track.source()),
                        track.codec(),
                        track.rids(),
                        track.muted()))
                .toList();
    }

    static AnswerView answer(Answer answer) {
        return new AnswerView(answer.sdp(), tracks(answer.published()), slots(answer));
    }

    static ServerMessage.Answer answerReply(long id, Answer answer) {
        return new ServerMessage.Answer(id, answer.sdp(), tracks(answer.published()), slots(answer));
    }

    private static List<SlotView> slots(Answer answer) {
        return answer.slots().stream()
                .map(slot -> new SlotView(slot.mid(), WireNames.of(slot.kind()), slot.streamId()))
                .toList();
    }

    static List<SlotState> slotStates(Map<String, @Nullable String> trackBySlot) {
        return trackBySlot.entrySet().stream()
                .map(entry -> new SlotState(entry.getKey(), entry.getValue()))
                .toList();
    }

    static List<IceServerView> iceServers(List<IceServer> servers) {
        return servers.stream()
                .map(server -> new IceServerView(server.urls(), server.username(), server.credential()))
                .toList();
    }

    static LimitsView limits(ServerConfig config) {
        return new LimitsView(
                config.sfuLimits().tracksPerParticipant(),
                config.sfuLimits().slotsPerParticipant(),
                config.sfuLimits().participantsPerRoom(),
                config.maxMessageBytes(),
                config.messagesPerSecond());
    }

    static ServerMessage event(RoomEvent event) {
        return switch (event) {
            case RoomEvent.ParticipantJoined joined ->
                new ServerMessage.ParticipantJoined(participant(joined.participant()));
            case RoomEvent.ParticipantUpdated updated ->
                new ServerMessage.ParticipantUpdated(participant(updated.participant()));
            case RoomEvent.ParticipantLeft left ->
                new ServerMessage.ParticipantLeft(left.participantId(), WireNames.of(left.reason()));
            case RoomEvent.SpeakersChanged changed ->
                new ServerMessage.Speakers(changed.speakers().stream()
                        .map(speaker -> new SpeakerView(speaker.participantId(), speaker.level()))
                        .toList());
            case RoomEvent.SlotEnded ended -> new ServerMessage.SlotEnded(ended.mid(), ended.trackId());
            case RoomEvent.SlotUndecodable slot ->
                new ServerMessage.SlotUndecodable(
                        slot.mid(),
                        slot.trackId(),
                        slot.codec(),
                        slot.accepted(),
                        slot.code().wireName(),
                        slot.message());
            case RoomEvent.SlotPaused slot ->
                new ServerMessage.SlotPaused(slot.mid(), slot.trackId(), slot.paused(), WireNames.of(slot.reason()));
            case RoomEvent.EncodingsWanted wanted ->
                new ServerMessage.EncodingsWanted(
                        wanted.mid(),
                        wanted.trackId(),
                        wanted.encodings().stream()
                                .map(encoding -> new ServerMessage.EncodingView(encoding.rid(), encoding.active()))
                                .toList());
            case RoomEvent.RoomClosed _ -> new ServerMessage.RoomClosed();
        };
    }
}
