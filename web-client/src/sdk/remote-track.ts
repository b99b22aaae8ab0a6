import { ElementHints } from './element-hints.js';
import { Emitter } from './emitter.js';
import type { MediaKind, SubscriptionHint, TrackInfo, TrackSource } from './protocol.js';

/** Why nothing of a track arrives although it is subscribed to. */
export interface TrackProblem {
  /** `codec-not-negotiated`, or why the server did not encode the track again: `native-limit`, `native-unavailable`. */
  readonly code: string;
  /** English, for logs. */
  readonly message: string;
  /** What the track is sent in. */
  readonly codec: string;
  /** What this browser takes. */
  readonly accepted: readonly string[];
}

/** Why the server does not send a track: the link does not carry it, or there are more than one gets at a time. */
export type PauseReason = 'bandwidth' | 'too-many-tracks';

export interface RemoteTrackEvents {
  /** The media of the track is there, moved to another MediaStreamTrack, or is gone (null). */
  media: MediaStreamTrack | null;
  muted: boolean;
  problem: TrackProblem | null;
  /** The server has stopped sending it, or goes on (null). */
  'server-pause': PauseReason | null;
  /** @internal */
  hint: SubscriptionHint;
}

/**
 * `RemoteTrack`: a track that somebody else publishes. Its media appears when the server has put it into a slot, and
 * may come by another MediaStreamTrack after a reconnection: use `attach`, or listen to `media`.
 */
export class RemoteTrack extends Emitter<RemoteTrackEvents> {
  readonly id: string;
  readonly participantId: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  #info: TrackInfo;
  #mediaStreamTrack: MediaStreamTrack | null = null;
  #problem: TrackProblem | null = null;
  #serverPause: PauseReason | null = null;
  #hint: SubscriptionHint = {};
  #elementHints: ElementHints | null = null;
  readonly #elements = new Set<HTMLMediaElement>();

  /** @internal Tracks are made by their room. */
  constructor(participantId: string, info: TrackInfo) {
    super();
    this.id = info.id;
    this.participantId = participantId;
    this.kind = info.kind;
    this.source = info.source;
    this.#info = info;
  }

  get muted(): boolean {
    return this.#info.muted;
  }

  get info(): TrackInfo {
    return this.#info;
  }

  get mediaStreamTrack(): MediaStreamTrack | null {
    return this.#mediaStreamTrack;
  }

  /** Why nothing of the track can arrive, as far as is known. */
  get problem(): TrackProblem | null {
    return this.#problem;
  }

  /** Why the server does not send it now, or null while it does. */
  get serverPause(): PauseReason | null {
    return this.#serverPause;
  }

  /** What the server was last told of how this track is shown. */
  get hint(): SubscriptionHint {
    return this.#hint;
  }

  /** Tells the server how the track is shown; `attach` does so by itself. */
  setHint(hint: SubscriptionHint): void {
    if (sameHint(this.#hint, hint)) return;
    this.#hint = hint;
    this.emit('hint', hint);
  }

  /** Plays the track in the element, now and after reconnections; a video's size and visibility become its hint. */
  attach(element: HTMLMediaElement): void {
    if (this.#elements.has(element)) return;
    this.#elements.add(element);
    this.#show(element);
    if (this.kind !== 'video') return;
    this.#elementHints ??= new ElementHints((hint) => this.setHint({ ...this.#hint, ...hint }));
    this.#elementHints.observe(element);
  }

  detach(element: HTMLMediaElement): void {
    if (!this.#elements.delete(element)) return;
    this.#elementHints?.unobserve(element);
    element.srcObject = null;
  }

  /** @internal */
  update(info: TrackInfo): void {
    const { muted, codec } = this.#info;
    this.#info = info;
    if (info.codec !== codec) this.setProblem(null);
    if (info.muted !== muted) this.emit('muted', info.muted);
  }

  /** @internal It holds until the track comes in another codec or by another MediaStreamTrack. */
  setProblem(problem: TrackProblem | null): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.emit('problem', problem);
  }

  /** @internal */
  setServerPause(reason: PauseReason | null): void {
    if (this.#serverPause === reason) return;
    this.#serverPause = reason;
    this.emit('server-pause', reason);
  }

  /** @internal */
  setMedia(track: MediaStreamTrack | null): void {
    if (this.#mediaStreamTrack === track) return;
    this.#mediaStreamTrack = track;
    this.setProblem(null);
    this.setServerPause(null);
    for (const element of this.#elements) this.#show(element);
    this.emit('media', track);
  }

  /** @internal */
  end(): void {
    this.#elementHints?.close();
    this.#elementHints = null;
    this.setMedia(null);
    this.#elements.clear();
  }

  #show(element: HTMLMediaElement): void {
    element.srcObject = this.#mediaStreamTrack ? new MediaStream([this.#mediaStreamTrack]) : null;
  }
}

function sameHint(a: SubscriptionHint, b: SubscriptionHint): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.priority === b.priority &&
    a.paused === b.paused &&
    a.maxFrameRate === b.maxFrameRate
  );
}
