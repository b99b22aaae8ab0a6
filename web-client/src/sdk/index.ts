/** Parley's client SDK: join a room, publish, and receive everybody else. */
export { ParleyError, type ErrorCode } from './errors.js';
export type { MediaKind, ParticipantState, SubscriptionHint, TrackInfo, TrackSource } from './protocol.js';
