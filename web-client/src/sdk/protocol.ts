/**
 * The signaling protocol, as docs/signaling.md describes it: JSON text frames over one WebSocket. Each message is
 * described once, as a schema, from which its type follows; the golden files of the server are checked against these.
 */
import {
  array,
  boolean,
  integer,
  literal,
  nullable,
  number,
  object,
  oneOf,
  optional,
  string,
  type Infer,
  type Schema,
} from './schema.js';

const mediaKind = oneOf('audio', 'video');
const trackSource = oneOf('microphone', 'camera', 'screen', 'screen-audio', 'unknown');
const termination = oneOf('forward', 'native', 'auto');
const connectionState = oneOf('connecting', 'connected', 'disconnected', 'closed');

const trackInfo = object({
  id: string,
  clientTrackId: optional(string),
  mid: optional(string),
  kind: mediaKind,
  source: trackSource,
  codec: optional(string),
  rids: optional(array(string)),
  muted: boolean,
});

const participantInfo = object({
  id: string,
  identity: string,
  name: string,
  version: integer,
  state: connectionState,
  tracks: array(trackInfo),
});

const roomInfo = object({ id: string, name: string });
const slotInfo = object({ mid: string, kind: mediaKind, streamId: string });
const slotAssignment = object({ mid: string, trackId: optional(nullable(string)) });
const trackAnnouncement = object({ mid: string, source: trackSource });
const subscriptionHint = object({
  width: optional(integer),
  height: optional(integer),
  priority: optional(integer),
  paused: optional(boolean),
  maxFrameRate: optional(integer),
});
const iceServer = object({
  urls: array(string),
  username: optional(string),
  credential: optional(string),
});

const quality = object({ widthPx: integer, heightPx: integer, framesPerSecond: integer, bitrateBps: integer });

/** Why this client receives what it does. */
const explanation = object({
  participantId: string,
  atMs: integer,
  link: object({
    /** 0 where nothing limits it. */
    estimateBps: integer,
    measured: boolean,
    cause: string,
    lossShare: number,
    queueDelayMs: number,
    rttMs: number,
    allocatedBps: integer,
    wantedBps: integer,
    tracks: integer,
  }),
  slots: array(
    object({
      mid: string,
      trackId: string,
      state: string,
      sent: quality,
      allocated: quality,
      shownWidthPx: integer,
      shownHeightPx: integer,
      reason: string,
    }),
  ),
  decisions: array(
    object({
      atMs: integer,
      kind: string,
      cause: string,
      estimateCause: string,
      mid: string,
      trackId: string,
      from: quality,
      to: quality,
      estimateBps: integer,
      previousBps: integer,
      queueDelayMs: number,
      lossShare: number,
      rttMs: number,
      tracks: integer,
      /** Of a keyframe request: how long it had to wait. */
      waitMs: number,
      text: string,
    }),
  ),
});

const limits = object({
  maxTracks: optional(integer),
  maxSlots: optional(integer),
  maxParticipants: optional(integer),
  maxMessageBytes: optional(integer),
  messagesPerSecond: optional(integer),
});

const sessionFields = {
  id: integer,
  room: roomInfo,
  participant: participantInfo,
  participants: array(participantInfo),
  resumeToken: string,
  graceMs: integer,
  pingIntervalMs: integer,
  iceServers: optional(array(iceServer)),
  limits: optional(limits),
};

const answerFields = { sdp: string, published: array(trackInfo), slots: array(slotInfo) };

/** What a client sends; every one of them carries an id that its reply repeats. */
export const clientMessages = {
  join: object({
    type: literal('join'),
    id: integer,
    room: string,
    identity: optional(string),
    name: string,
    token: optional(string),
    sdp: optional(string),
    tracks: optional(array(trackAnnouncement)),
    termination: optional(termination),
  }),
  offer: object({
    type: literal('offer'),
    id: integer,
    sdp: string,
    tracks: optional(array(trackAnnouncement)),
  }),
  subscribe: object({
    type: literal('subscribe'),
    id: integer,
    slot: string,
    trackId: string,
    hint: optional(subscriptionHint),
  }),
  unsubscribe: object({ type: literal('unsubscribe'), id: integer, slot: string }),
  hint: object({ type: literal('hint'), id: integer, slot: string, hint: subscriptionHint }),
  mute: object({ type: literal('mute'), id: integer, trackId: string, muted: boolean }),
  explain: object({ type: literal('explain'), id: integer }),
  leave: object({ type: literal('leave'), id: integer }),
  resume: object({ type: literal('resume'), id: integer, resumeToken: string }),
  ping: object({ type: literal('ping'), id: integer }),
};

/** Replies of the server, which carry the id of their request. */
const replies = {
  joined: object({ type: literal('joined'), ...sessionFields, answer: optional(object(answerFields)) }),
  resumed: object({ type: literal('resumed'), ...sessionFields, slots: array(slotAssignment) }),
  answer: object({ type: literal('answer'), id: integer, ...answerFields }),
  explained: object({ type: literal('explained'), id: integer, explanation }),
  ok: object({ type: literal('ok'), id: integer }),
  pong: object({ type: literal('pong'), id: integer }),
};

/** What the server says unasked. */
const notifications = {
  'participant-joined': object({ type: literal('participant-joined'), participant: participantInfo }),
  'participant-updated': object({ type: literal('participant-updated'), participant: participantInfo }),
  'participant-left': object({
    type: literal('participant-left'),
    participantId: string,
    reason: optional(string),
  }),
  speakers: object({
    type: literal('speakers'),
    speakers: array(object({ participantId: string, level: number })),
  }),
  'slot-ended': object({ type: literal('slot-ended'), slot: string, trackId: string }),
  'slot-undecodable': object({
    type: literal('slot-undecodable'),
    slot: string,
    trackId: string,
    codec: string,
    accepted: array(string),
    code: string,
    message: string,
  }),
  'slot-paused': object({
    type: literal('slot-paused'),
    slot: string,
    trackId: string,
    paused: boolean,
    reason: string,
  }),
  'encodings-wanted': object({
    type: literal('encodings-wanted'),
    mid: string,
    trackId: string,
    encodings: array(object({ rid: string, active: boolean })),
  }),
  'room-closed': object({ type: literal('room-closed') }),
  closing: object({ type: literal('closing'), code: string, message: string }),
};

const errorMessage = object({ type: literal('error'), id: optional(integer), code: string, message: string });

/** Every message of the server by its type. */
export const serverMessages = { ...replies, ...notifications, error: errorMessage };

type MessageOf<M> = { [K in keyof M]: Infer<M[K]> }[keyof M];

export type MediaKind = Infer<typeof mediaKind>;
export type TrackSource = Infer<typeof trackSource>;
export type Termination = Infer<typeof termination>;
export type ParticipantState = Infer<typeof connectionState>;
export type TrackInfo = Infer<typeof trackInfo>;
export type ParticipantInfo = Infer<typeof participantInfo>;
export type RoomInfo = Infer<typeof roomInfo>;
export type SlotInfo = Infer<typeof slotInfo>;
export type SlotAssignment = Infer<typeof slotAssignment>;
export type TrackAnnouncement = Infer<typeof trackAnnouncement>;
export type IceServer = Infer<typeof iceServer>;
export type ServerLimits = Infer<typeof limits>;
export type SubscriptionHint = Infer<typeof subscriptionHint>;

export type Explanation = Infer<typeof explanation>;

export type ClientMessage = MessageOf<typeof clientMessages>;
export type ServerMessage = MessageOf<typeof serverMessages>;
export type Notification = MessageOf<typeof notifications>;
export type ErrorMessage = Infer<typeof errorMessage>;
export type Joined = Infer<typeof replies.joined>;
export type Resumed = Infer<typeof replies.resumed>;
export type Answer = Infer<typeof replies.answer>;

/** Which reply each request has. */
export interface Replies {
  join: Joined;
  offer: Answer;
  subscribe: Infer<typeof replies.ok>;
  unsubscribe: Infer<typeof replies.ok>;
  hint: Infer<typeof replies.ok>;
  mute: Infer<typeof replies.ok>;
  explain: Infer<typeof replies.explained>;
  leave: Infer<typeof replies.ok>;
  resume: Resumed;
  ping: Infer<typeof replies.pong>;
}

export const replyTypes: { readonly [K in keyof Replies]: Replies[K]['type'] } = {
  join: 'joined',
  offer: 'answer',
  subscribe: 'ok',
  unsubscribe: 'ok',
  hint: 'ok',
  mute: 'ok',
  explain: 'explained',
  leave: 'ok',
  resume: 'resumed',
  ping: 'pong',
};

export type ParseResult =
  | { readonly message: ServerMessage }
  | { readonly unknownType: string }
  | { readonly problem: string };

/** Reads one frame of the server. Never throws: what is not a message is told as a problem. */
export function parseServerMessage(frame: string): ParseResult {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { problem: 'not JSON' };
  }
  const type = typeOf(value);
  if (type === undefined) return { problem: 'no type' };
  if (!Object.hasOwn(serverMessages, type)) return { unknownType: type };
  const schema: Schema<ServerMessage> = serverMessages[type as ServerMessage['type']];
  const problems: string[] = [];
  return schema.accepts(value, type, problems) ? { message: value } : { problem: problems.join('; ') };
}

/** What is wrong with a message of either direction; empty when nothing is. */
export function problemsOf(value: unknown): string[] {
  const type = typeOf(value);
  if (type === undefined) return ['no type'];
  const schemas: Record<string, Schema<unknown>> = { ...clientMessages, ...serverMessages };
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (!schema) return [`unknown type ${type}`];
  const problems: string[] = [];
  schema.accepts(value, type, problems);
  return problems;
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' ? value.type : undefined;
}
