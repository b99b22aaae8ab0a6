export type MediaState = 'connecting' | 'connected' | 'interrupted';

export interface MediaWatchHooks {
  stateChanged(state: MediaState): void;
  /** Asks for an ICE restart (RFC 8445 §2.4). */
  restart(): void;
  /** Restarts did not help, or DTLS failed: only a new connection can. */
  lost(): void;
}

const DISCONNECTED_FOR_MS = 3_000;
const RESTART_EVERY_MS = 8_000;
const MAX_RESTARTS = 3;

/**
 * `MediaWatch`: decides from the states of a peer connection when to restart ICE and when to give the connection up.
 * While signaling is down it waits, since neither could be done.
 */
export class MediaWatch {
  #state: MediaState = 'connecting';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #restarts = 0;
  #paused = false;
  #broken = false;

  constructor(private readonly hooks: MediaWatchHooks) {}

  get state(): MediaState {
    return this.#state;
  }

  update(ice: RTCIceConnectionState, connection: RTCPeerConnectionState): void {
    if (ice === 'connected' || ice === 'completed') {
      if (connection === 'failed') this.#giveUp();
      else if (connection === 'connected') this.#recovered();
    } else if (ice === 'failed') {
      this.#broken = true;
      this.#change('interrupted');
      this.#restart();
    } else if (ice === 'disconnected' && !this.#broken) {
      // Often heals by itself when a network hiccups.
      this.#broken = true;
      this.#change('interrupted');
      this.#after(DISCONNECTED_FOR_MS, () => this.#restart());
    }
  }

  /** The network changed or signaling came back: no reason to wait any longer. */
  hurry(): void {
    if (this.#broken) this.#restart();
  }

  /** There is another way that the offer did not know of: where this one is not open in `delayMs`, a restart takes it. */
  expectConnected(delayMs: number): void {
    if (this.#state === 'connecting' && !this.#broken) this.#after(delayMs, () => this.#restart());
  }

  pause(): void {
    this.#paused = true;
    clearTimeout(this.#timer);
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#restarts = 0;
    this.hurry();
  }

  close(): void {
    this.pause();
  }

  #restart(): void {
    if (this.#paused) return;
    if (this.#restarts >= MAX_RESTARTS) {
      this.#giveUp();
      return;
    }
    this.#restarts += 1;
    this.#after(RESTART_EVERY_MS, () => this.#restart());
    this.hooks.restart();
  }

  #recovered(): void {
    clearTimeout(this.#timer);
    this.#restarts = 0;
    this.#broken = false;
    this.#change('connected');
  }

  #giveUp(): void {
    if (this.#paused) return;
    this.pause();
    this.#change('interrupted');
    this.hooks.lost();
  }

  #after(delayMs: number, action: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#paused) this.#timer = setTimeout(action, delayMs);
  }

  #change(state: MediaState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.hooks.stateChanged(state);
  }
}
