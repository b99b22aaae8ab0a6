import type { ClientMessage, ParticipantInfo, TrackInfo } from '../../src/sdk/protocol.js';
import type { RoomEnvironment } from '../../src/sdk/room-environment.js';
import { FakePeerConnection, FakeSocket, participant } from './fakes.js';

/** A server of one room that says yes to everything, unless told otherwise, and remembers what it was asked. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeerConnection[] = [];
  readonly events = new EventTarget();
  others: ParticipantInfo[] = [];
  reachable = true;
  sessionAlive = true;
  /** Refuses requests of a type with a code. */
  readonly refuse = new Map<ClientMessage['type'], string>();
  /** Leaves requests of a type unanswered. */
  readonly ignore = new Set<ClientMessage['type']>();
  maxSlots = 1000;
  readonly slots = new Map<string, string>();
  readonly muted = new Map<string, boolean>();
  #published: TrackInfo[] = [];
  #tokens = 0;

  get environment(): Partial<RoomEnvironment> {
    return {
      createSocket: () => this.#connect(),
      createPeerConnection: () => {
        const peer = new FakePeerConnection();
        this.peers.push(peer);
        return peer as unknown as RTCPeerConnection;
      },
      random: () => 0.5,
      events: this.events,
    };
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  get peer(): FakePeerConnection {
    return this.peers.at(-1)!;
  }

  /** All requests of a type over all sockets. */
  requests<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sockets.flatMap((socket) => socket.ofType(type));
  }

  self(): ParticipantInfo {
    const tracks = this.#published.map((info) => ({ ...info, muted: this.muted.get(info.id) ?? false }));
    return { ...participant('PA_self', tracks, 1), name: 'Me' };
  }

  #connect(): FakeSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    socket.onRequest = (message) => this.#answer(socket, message);
    queueMicrotask(() => (this.reachable ? socket.open() : socket.drop()));
    return socket;
  }

  #answer(socket: FakeSocket, message: ClientMessage): void {
    if (this.ignore.has(message.type)) return;
    const { id } = message;
    const code = this.refuse.get(message.type);
    if (code !== undefined) {
      socket.receive({ type: 'error', id, code, message: 'refused' });
      return;
    }
    switch (message.type) {
      case 'join':
        this.sessionAlive = true;
        this.slots.clear();
        socket.receive({ type: 'joined', ...this.#session(id), answer: this.#offer(message.tracks ?? []) });
        break;
      case 'offer':
        socket.receive({ type: 'answer', id, ...this.#offer(message.tracks ?? []) });
        break;
      case 'resume':
        if (this.sessionAlive) socket.receive({ type: 'resumed', ...this.#session(id), slots: this.#assignments() });
        else socket.receive({ type: 'error', id, code: 'resume-expired', message: 'too late' });
        break;
      case 'subscribe':
        this.slots.set(message.slot, message.trackId);
        socket.receive({ type: 'ok', id });
        break;
      case 'unsubscribe':
        this.slots.delete(message.slot);
        socket.receive({ type: 'ok', id });
        break;
      case 'mute':
        this.muted.set(message.trackId, message.muted);
        socket.receive({ type: 'ok', id });
        break;
      case 'ping':
        socket.receive({ type: 'pong', id });
        break;
      default:
        socket.receive({ type: 'ok', id });
    }
  }

  #session(id: number) {
    return {
      id,
      room: { id: 'RM_1', name: 'stand-up' },
      participant: this.self(),
      participants: this.others,
      resumeToken: `token-${++this.#tokens}`,
      graceMs: 20_000,
      pingIntervalMs: 5_000,
      limits: { maxSlots: this.maxSlots },
    };
  }

  #offer(tracks: readonly { mid: string; source: TrackInfo['source'] }[]) {
    this.#published = tracks.map(({ mid, source }) => ({
      id: `TR_${source}`,
      mid,
      source,
      kind: source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video',
      muted: false,
    }));
    const audio = this.peer.mids('recvonly', 'audio');
    const slots = this.peer.transceivers
      .filter((t) => t.direction === 'recvonly')
      .map((t) => ({
        mid: t.mid ?? '',
        kind: t.kind === 'audio' ? ('audio' as const) : ('video' as const),
        streamId: `slot-${audio.indexOf(t.mid)}`,
      }));
    return { sdp: 'answer', published: this.#published, slots };
  }

  #assignments() {
    const mids = [...this.peer.mids('recvonly', 'audio'), ...this.peer.mids('recvonly', 'video')];
    return mids.map((mid) => ({ mid: mid ?? '', trackId: this.slots.get(mid ?? '') ?? null }));
  }
}

/** Lets everything that is ready to run do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
