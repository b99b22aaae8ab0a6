/** Parley's client SDK: join a room, publish, and receive everybody else. */
export { listDevices, type CameraOptions, type Devices, type MicrophoneOptions } from './capture.js';
export { ParleyError, type ErrorCode } from './errors.js';
export type { LocalParticipant } from './local-participant.js';
export { LocalTrack, type LocalTrackEvents } from './local-track.js';
export type { IceTransport } from './media-connection.js';
export type { MediaState } from './media-watch.js';
export type { Explanation, MediaKind, ParticipantState, ServerLimits, SubscriptionHint, Termination, TrackInfo, TrackSource } from './protocol.js';
export type { RemoteParticipant } from './remote-participant.js';
export type { RemoteTrack, RemoteTrackEvents, PauseReason, TrackProblem } from './remote-track.js';
export { Room } from './room.js';
export type { RoomEnvironment } from './room-environment.js';
export type { JoinOptions, RoomEvents, RoomOptions, RoomState } from './room-types.js';
export type { PublishOptions, VideoCodec } from './send-encodings.js';
export type {
  ReceivedTrackStats,
  RoomStats,
  SentLayerStats,
  SentTrackStats,
  TransportStats,
} from './stats.js';
