import { Backoff } from './backoff.js';
import { asParleyError, ParleyError } from './errors.js';
import type { Joined, Notification, Replies, Resumed } from './protocol.js';
import { SignalingChannel, type RequestBody, type RequestType, type SocketLike } from './signaling-channel.js';

export interface SessionHooks {
  /** The join, with the first offer; asked for again when the session must start anew. */
  prepareJoin(): Promise<RequestBody<'join'>>;
  /** Takes the state in before its first await, since notifications may follow at once. */
  joined(reply: Joined): Promise<void>;
  resumed(reply: Resumed): void;
  notification(message: Notification): void;
  /** Signaling is down; attempts to come back are under way. */
  interrupted(): void;
  /** The session is over for a reason that trying again would not change. */
  ended(reason: ParleyError): void;
}

export interface SessionOptions {
  readonly createSocket: () => SocketLike;
  readonly random: () => number;
}

const FIRST_RETRY_MS = 400;
const MAX_RETRY_MS = 3_000;
const JOIN_TIMEOUT_MS = 15_000;
const PROBE_TIMEOUT_MS = 3_000;
const LEAVE_TIMEOUT_MS = 1_000;

/** After these, the same request would be refused again. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'bad-request',
  'bad-sdp',
  'unsupported-sdp',
  'unauthorized',
  'origin-refused',
  'room-limit',
  'participant-limit',
  'unknown-type',
]);

/** A server that closes the connection with one of these does not want us back. */
const FINAL_CLOSING_CODES: ReadonlySet<string> = new Set(['kicked', 'removed', 'replaced', 'room-closed', 'unauthorized']);

/**
 * `Session`: one membership of a room across WebSockets. When a socket drops it comes back with the resume token, and
 * when that has expired it joins anew.
 */
export class Session {
  readonly #backoff: Backoff;
  #channel: SignalingChannel | null = null;
  #resumeToken: string | null = null;
  #reconnecting = false;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(
    private readonly hooks: SessionHooks,
    private readonly options: SessionOptions,
  ) {
    this.#backoff = new Backoff(FIRST_RETRY_MS, MAX_RETRY_MS, options.random);
  }

  /** Joins; rejects when that is refused or the server cannot be reached. */
  async start(): Promise<void> {
    // The offer takes the browser about as long as the socket: they are made side by side.
    const prepared = this.hooks.prepareJoin();
    prepared.catch(() => undefined);
    const channel = await SignalingChannel.open(this.options.createSocket);
    try {
      await this.#join(channel, prepared);
    } catch (error) {
      this.#ended = true;
      channel.close();
      throw asParleyError(error, 'internal');
    }
  }

  async request<T extends RequestType>(body: RequestBody<T>): Promise<Replies[T]> {
    if (!this.#channel) throw new ParleyError('connection-lost', `no connection to send ${body.type}`);
    return this.#channel.request<T>(body);
  }

  /** The network may have changed: checks the socket, or tries at once to come back. */
  networkChanged(): void {
    if (this.#channel) {
      void this.#channel.probe(PROBE_TIMEOUT_MS);
      return;
    }
    this.#backoff.reset();
    this.#wake?.();
  }

  /** Gives this membership up for a new one: the media connection is beyond repair. */
  rejoin(): void {
    this.#resumeToken = null;
    this.#channel?.sendLast({ type: 'leave' });
    this.#channel?.close('rejoining');
  }

  async leave(): Promise<void> {
    const channel = this.#finish();
    if (!channel) return;
    try {
      await channel.request<'leave'>({ type: 'leave' }, LEAVE_TIMEOUT_MS);
    } catch {
      // The server notices by itself, later.
    }
    channel.close();
  }

  /** Leaves without waiting for anything, as a page must that is being unloaded. */
  leaveNow(): void {
    const channel = this.#finish();
    channel?.sendLast({ type: 'leave' });
    channel?.close();
  }

  #finish(): SignalingChannel | null {
    const channel = this.#channel;
    this.#ended = true;
    this.#channel = null;
    this.#wake?.();
    return channel;
  }

  async #join(channel: SignalingChannel, prepared = this.hooks.prepareJoin()): Promise<void> {
    const reply = await channel.request<'join'>(await prepared, JOIN_TIMEOUT_MS);
    if (this.#ended) {
      channel.sendLast({ type: 'leave' });
      throw new ParleyError('closed', 'left while joining');
    }
    this.#adopt(channel, reply);
    await this.hooks.joined(reply);
  }

  #adopt(channel: SignalingChannel, reply: Joined | Resumed): void {
    this.#channel = channel;
    this.#resumeToken = reply.resumeToken;
    channel.on('notification', (message) => this.#notified(message));
    channel.on('closed', () => this.#lost(channel));
    channel.startHeartbeat(reply.pingIntervalMs);
  }

  #notified(message: Notification): void {
    if (this.#ended) return;
    if (message.type === 'room-closed') {
      this.#end(new ParleyError('room-closed', 'the room was closed'));
    } else if (message.type === 'closing' && FINAL_CLOSING_CODES.has(message.code)) {
      this.#end(new ParleyError(message.code, message.message));
    } else {
      this.hooks.notification(message);
    }
  }

  #lost(channel: SignalingChannel): void {
    if (this.#ended || this.#channel !== channel) return;
    this.#channel = null;
    this.hooks.interrupted();
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    if (this.#reconnecting) return;
    this.#reconnecting = true;
    while (!this.#ended && !this.#channel) {
      await this.#sleep(this.#backoff.nextMs());
      if (this.#ended) break;
      try {
        await this.#attempt();
        this.#backoff.reset();
      } catch (error) {
        const reason = asParleyError(error, 'internal');
        if (FINAL_CODES.has(reason.code)) this.#end(reason);
      }
    }
    this.#reconnecting = false;
  }

  async #attempt(): Promise<void> {
    const channel = await SignalingChannel.open(this.options.createSocket);
    try {
      if (this.#ended) throw new ParleyError('closed', 'left while reconnecting');
      if (!(await this.#resume(channel))) await this.#join(channel);
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  /** Whether the session could be taken up; false when its grace is over. */
  async #resume(channel: SignalingChannel): Promise<boolean> {
    const resumeToken = this.#resumeToken;
    if (resumeToken === null) return false;
    try {
      const reply = await channel.request<'resume'>({ type: 'resume', resumeToken });
      this.#adopt(channel, reply);
      this.hooks.resumed(reply);
      return true;
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'resume-expired') throw error;
      this.#resumeToken = null;
      return false;
    }
  }

  #end(reason: ParleyError): void {
    const channel = this.#finish();
    channel?.close();
    this.hooks.ended(reason);
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, delayMs);
      const wake = (): void => done();
      this.#wake = wake;
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}
