import type { ParleyError } from './errors.js';
import type { LocalParticipant } from './local-participant.js';
import type { LocalTrack } from './local-track.js';
import type { IceTransport } from './media-connection.js';
import type { MediaState } from './media-watch.js';
import type { Termination } from './protocol.js';
import type { RemoteParticipant } from './remote-participant.js';
import type { RemoteTrack } from './remote-track.js';
import type { RoomEnvironment } from './room-environment.js';
import type { PublishOptions } from './send-encodings.js';

export type RoomState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface RoomOptions extends PublishOptions {
  /** The server's WebSocket; `/ws` of the page's own host when absent. */
  readonly url?: string | undefined;
  /** Whether to receive every track by itself, which is the default; else `setSubscribed` decides. */
  readonly autoSubscribe?: boolean | undefined;
  /** How many pairs of slots the first offer has. */
  readonly initialSlotPairs?: number | undefined;
  /** Restricts media to one transport. */
  readonly iceTransport?: IceTransport | undefined;
  /** For tests: what the room otherwise takes from the browser. */
  readonly environment?: Partial<RoomEnvironment> | undefined;
}

export interface JoinOptions {
  /** What the others see. */
  readonly name: string;
  /** Who this is to the application; the server makes one up when absent. */
  readonly identity?: string | undefined;
  readonly token?: string | undefined;
  /** Who shall meet the connection on the server; the server's own choice when absent. */
  readonly termination?: Termination | undefined;
  /** What to publish with the join, without a further round trip. */
  readonly tracks?: readonly LocalTrack[] | undefined;
}

export interface RoomEvents {
  state: RoomState;
  /** The media connection's state, apart from signaling's. */
  media: MediaState;
  'participant-joined': RemoteParticipant;
  'participant-left': { readonly participant: RemoteParticipant; readonly reason: string };
  'participant-updated': RemoteParticipant;
  'track-published': { readonly participant: RemoteParticipant; readonly track: RemoteTrack };
  'track-unpublished': { readonly participant: RemoteParticipant; readonly track: RemoteTrack };
  /** The track cannot be received: `track.problem` says why, or is null again. */
  'track-problem': { readonly participant: RemoteParticipant; readonly track: RemoteTrack };
  /** Somebody began or stopped speaking; the loudest first. */
  speakers: readonly (RemoteParticipant | LocalParticipant)[];
  /** The membership is over: null after `leave()`, else why. */
  closed: ParleyError | null;
  /** Something above, or of the local participant, changed: at most once a turn of the event loop, for user interfaces. */
  changed: void;
}
