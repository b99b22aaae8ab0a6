import { deferred, type Deferred } from './deferred.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import {
  parseServerMessage,
  replyTypes,
  type ClientMessage,
  type Notification,
  type Replies,
  type ServerMessage,
} from './protocol.js';

type Request = ClientMessage;
export type RequestType = keyof Replies & Request['type'];
/** A request as its caller writes it: the channel adds the id. */
export type RequestBody<T extends RequestType> = Omit<Extract<Request, { type: T }>, 'id'>;

/** The part of WebSocket that the channel uses, so that tests need no network. */
export interface SocketLike {
  readonly readyState: number;
  send(frame: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

interface ChannelEvents {
  notification: Notification;
  /** Once, however the channel ended. */
  closed: ParleyError;
  /** A frame that no part of the protocol explains; the channel goes on. */
  problem: string;
}

const OPEN = 1;
const CONNECT_TIMEOUT_MS = 8_000;
const REQUEST_TIMEOUT_MS = 10_000;

interface Pending {
  readonly type: RequestType;
  readonly reply: Deferred<ServerMessage>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * `SignalingChannel`: one WebSocket from open to close: requests matched with their replies by id, time-outs,
 * heartbeat. It knows nothing of sessions: what to do after `closed` is the caller's.
 */
export class SignalingChannel extends Emitter<ChannelEvents> {
  readonly #socket: SocketLike;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  private constructor(socket: SocketLike) {
    super();
    this.#socket = socket;
  }

  static open(createSocket: () => SocketLike): Promise<SignalingChannel> {
    const opened = deferred<SignalingChannel>();
    let socket: SocketLike;
    try {
      socket = createSocket();
    } catch (cause) {
      return Promise.reject(new ParleyError('server-unreachable', 'the address of the server is not valid', { cause }));
    }
    const channel = new SignalingChannel(socket);
    const fail = (message: string): void => {
      clearTimeout(timer);
      channel.close();
      opened.reject(new ParleyError('server-unreachable', message));
    };
    const timer = setTimeout(() => fail('the server did not answer in time'), CONNECT_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(timer);
      channel.#listen();
      opened.resolve(channel);
    };
    socket.onclose = () => fail('the server refused the connection or cannot be reached');
    return opened.promise;
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === OPEN;
  }

  /** Sends a request and waits for its reply; an error reply rejects with the server's code. */
  async request<T extends RequestType>(body: RequestBody<T>, timeoutMs = REQUEST_TIMEOUT_MS): Promise<Replies[T]> {
    if (!this.isOpen) throw new ParleyError('connection-lost', `no connection to send ${body.type}`);
    const id = this.#nextId++;
    const reply = deferred<ServerMessage>();
    const timer = setTimeout(() => {
      this.#pending.delete(id);
      reply.reject(new ParleyError('timeout', `no reply to ${body.type} within ${timeoutMs} ms`));
    }, timeoutMs);
    const type = body.type as T;
    this.#pending.set(id, { type, reply, timer });
    this.#socket.send(JSON.stringify({ ...body, id }));
    // #settle lets only the reply type of this request through.
    return (await reply.promise) as Replies[T];
  }

  /** Sends a request whose reply nobody will be there to read. */
  sendLast(body: RequestBody<'leave'>): void {
    if (this.isOpen) this.#socket.send(JSON.stringify({ ...body, id: this.#nextId++ }));
  }

  /** Sends a ping every `intervalMs`, and ends the channel when one stays unanswered. */
  startHeartbeat(intervalMs: number): void {
    clearInterval(this.#heartbeat);
    const answerWithinMs = Math.min(intervalMs, REQUEST_TIMEOUT_MS);
    this.#heartbeat = setInterval(() => void this.probe(answerWithinMs), intervalMs);
  }

  /** Checks by one ping that the other end is there; ends the channel when it is not. */
  async probe(timeoutMs: number): Promise<boolean> {
    try {
      await this.request<'ping'>({ type: 'ping' }, timeoutMs);
      return true;
    } catch (error) {
      // An error reply is a sign of life too.
      const silent = error instanceof ParleyError && error.code === 'timeout';
      if (silent) this.close('the server stopped answering');
      return !silent;
    }
  }

  close(message = 'closed by the client'): void {
    this.#end(new ParleyError('connection-lost', message));
    this.#socket.onopen = null;
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
    this.#socket.close(1000);
  }

  #listen(): void {
    this.#socket.onmessage = (event) => {
      if (typeof event.data === 'string') this.#receive(event.data);
    };
    this.#socket.onclose = (event) => {
      this.#end(new ParleyError('connection-lost', `the connection closed (${event.code}) ${event.reason}`.trim()));
    };
  }

  #receive(frame: string): void {
    const parsed = parseServerMessage(frame);
    if ('unknownType' in parsed) return; // A newer server may say more than we know.
    if ('problem' in parsed) {
      this.emit('problem', parsed.problem);
      this.#rejectBadReply(frame, parsed.problem);
      return;
    }
    const { message } = parsed;
    switch (message.type) {
      case 'joined':
      case 'resumed':
      case 'answer':
      case 'explained':
      case 'ok':
      case 'pong':
        this.#settle(message.id, message);
        break;
      case 'error':
        if (message.id == null) this.emit('problem', `${message.code}: ${message.message}`);
        else this.#settle(message.id, message);
        break;
      default:
        this.emit('notification', message);
    }
  }

  #settle(id: number, message: ServerMessage): void {
    const pending = this.#pending.get(id);
    if (!pending) return; // It came after its time-out.
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (message.type === 'error') {
      pending.reply.reject(new ParleyError(message.code, message.message));
    } else if (message.type !== replyTypes[pending.type]) {
      pending.reply.reject(new ParleyError('bad-reply', `${pending.type} was answered by ${message.type}`));
    } else {
      pending.reply.resolve(message);
    }
  }

  /** A reply that does not fit must not leave its request waiting for the time-out. */
  #rejectBadReply(frame: string, problem: string): void {
    const id = /"id"\s*:\s*(\d+)/.exec(frame)?.[1];
    const pending = id === undefined ? undefined : this.#pending.get(Number(id));
    if (id === undefined || !pending) return;
    this.#pending.delete(Number(id));
    clearTimeout(pending.timer);
    pending.reply.reject(new ParleyError('bad-reply', problem));
  }

  #end(error: ParleyError): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    for (const { reply, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reply.reject(error);
    }
    this.#pending.clear();
    this.emit('closed', error);
  }
}
