import { Emitter } from './emitter.js';
import { asParleyError, ParleyError } from './errors.js';
import { configuration, hasRelay, rtcIceServers } from './ice-servers.js';
import { LocalParticipant } from './local-participant.js';
import { MediaConnection } from './media-connection.js';
import type { MediaState } from './media-watch.js';
import { Negotiator } from './negotiator.js';
import type { Explanation, IceServer, Joined, Notification, ParticipantInfo, Resumed, RoomInfo, ServerLimits, Termination } from './protocol.js';
import { RemoteParticipant } from './remote-participant.js';
import type { RemoteTrack, TrackProblem } from './remote-track.js';
import { browserEnvironment, defaultUrl, withRoom, type RoomEnvironment } from './room-environment.js';
import type { JoinOptions, RoomEvents, RoomOptions, RoomState } from './room-types.js';
import { Session } from './session.js';
import type { RequestBody } from './signaling-channel.js';
import { summarise, type RoomStats } from './stats.js';
import { Subscriptions } from './subscriptions.js';

const INITIAL_SLOT_PAIRS = 4;
/** The direct way to the server takes a few round trips, so what takes longer is closed, and is tried by TURN. */
const DIRECT_WITHIN_MS = 2_500;

/**
 * `Room`: membership of one room. It keeps signaling and media alive by itself and tells by events what changes; after
 * `closed` it is done, and another visit takes another Room.
 */
export class Room extends Emitter<RoomEvents> {
  readonly localParticipant: LocalParticipant;
  readonly #options: RoomOptions;
  readonly #environment: RoomEnvironment;
  readonly #participants = new Map<string, RemoteParticipant>();
  readonly #subscriptions: Subscriptions;
  readonly #negotiator: Negotiator;
  readonly #session: Session;
  #connection: MediaConnection | null = null;
  #state: RoomState = 'idle';
  #info: RoomInfo | null = null;
  #limits: ServerLimits = {};
  #iceServers: RTCIceServer[] = [];
  #join: { readonly room: string; readonly name: string; identity?: string | undefined; token?: string | undefined; termination?: Termination | undefined } | null =
    null;
  #changePending = false;
  #stopListening: () => void = () => undefined;

  constructor(options: RoomOptions = {}) {
    super();
    this.#options = options;
    this.#environment = { ...browserEnvironment(), ...options.environment };
    this.localParticipant = new LocalParticipant(
      {
        negotiate: () => this.#negotiator.request(),
        mute: (trackId, muted) => this.#session.request<'mute'>({ type: 'mute', trackId, muted }),
        changed: () => this.#changed(),
      },
      { codec: options.codec, simulcast: options.simulcast },
    );
    this.#subscriptions = new Subscriptions({
      subscribe: (slot, trackId, hint) => this.#session.request<'subscribe'>({ type: 'subscribe', slot, trackId, hint }),
      unsubscribe: (slot) => this.#session.request<'unsubscribe'>({ type: 'unsubscribe', slot }),
      hint: (slot, hint) => this.#session.request<'hint'>({ type: 'hint', slot, hint }),
      growBy: (pairs) => this.#growBy(pairs),
    });
    this.#negotiator = new Negotiator((exchange) => this.#exchange(exchange));
    this.#session = new Session(
      {
        prepareJoin: () => this.#prepareJoin(),
        joined: (reply) => this.#joined(reply),
        resumed: (reply) => this.#resumed(reply),
        notification: (message) => this.#notified(message),
        interrupted: () => this.#interrupted(),
        ended: (reason) => this.#close(reason, { keepTracks: false }),
      },
      {
        createSocket: () => this.#environment.createSocket(withRoom(options.url ?? defaultUrl(), this.#join?.room)),
        random: this.#environment.random,
      },
    );
  }

  get state(): RoomState {
    return this.#state;
  }

  get mediaState(): MediaState {
    return this.#connection?.watch.state ?? 'connecting';
  }

  /** The server's id of the room; empty before the first join. */
  get id(): string {
    return this.#info?.id ?? '';
  }

  get name(): string {
    return this.#info?.name ?? this.#join?.room ?? '';
  }

  /** Everybody else, in the order in which they came. */
  get participants(): RemoteParticipant[] {
    return [...this.#participants.values()];
  }

  get limits(): ServerLimits {
    return this.#limits;
  }

  /** For diagnostics: what the room does with it may change at any time. */
  get peerConnection(): RTCPeerConnection | null {
    return this.#connection?.peer ?? null;
  }

  /** Joins the room. When that fails it rejects with a ParleyError, the room is closed, and `tracks` go on capturing. */
  async connect(room: string, options: JoinOptions): Promise<void> {
    if (this.#state !== 'idle') throw new ParleyError('already-joined', 'a Room joins once');
    const { name, identity, token, termination } = options;
    this.#join = { room, name, identity, token, termination };
    this.#setState('connecting');
    try {
      for (const track of options.tracks ?? []) await this.localParticipant.publish(track);
      this.#listen();
      await this.#session.start();
    } catch (cause) {
      const error = asParleyError(cause, 'internal');
      this.#close(error, { keepTracks: true });
      throw error;
    }
  }

  /** Leaves, and stops what was published unless `keepTracks`. */
  async leave({ keepTracks = false } = {}): Promise<void> {
    if (this.#state === 'closed') return;
    const left = this.#session.leave();
    this.#close(null, { keepTracks });
    await left;
  }

  /** Chooses whether to receive a track, where `autoSubscribe` is off or some tracks are not wanted. */
  setSubscribed(track: RemoteTrack, subscribed: boolean): void {
    if (subscribed) this.#subscriptions.add(track);
    else this.#subscriptions.remove(track, { ended: false });
    this.#changed();
  }

  /** What the connection does, summed up by track; null before the first join. */
  async getStats(): Promise<RoomStats | null> {
    const connection = this.#connection;
    if (!connection) return null;
    const report = await connection.peer.getStats();
    const sent = this.localParticipant.tracks.flatMap((track) => {
      const mid = connection.midOf(track);
      const trackId = this.localParticipant.publishedInfo(track)?.id ?? null;
      return mid === null ? [] : [{ trackId, mid, kind: track.kind, source: track.source }];
    });
    const received = this.participants.flatMap((participant) =>
      participant.tracks.flatMap((track) => {
        const mid = this.#subscriptions.midOf(track);
        const { id: participantId, identity } = participant;
        return mid === null
          ? []
          : [{ participantId, identity, trackId: track.id, mid, kind: track.kind, source: track.source }];
      }),
    );
    return summarise(report, sent, received);
  }

  /** Why this client receives what it does, as the server sees it. */
  async explain(): Promise<Explanation> {
    return (await this.#session.request<'explain'>({ type: 'explain' })).explanation;
  }

  async #prepareJoin(): Promise<RequestBody<'join'>> {
    this.#connection?.close();
    this.#subscriptions.reset();
    const connection = this.#createConnection();
    this.#connection = connection;
    this.localParticipant.connect(connection);
    connection.addSlotPairs(Math.max(this.#options.initialSlotPairs ?? INITIAL_SLOT_PAIRS, this.#participants.size));
    const { sdp, tracks } = await connection.createOffer();
    return { type: 'join', ...this.#join!, sdp, tracks };
  }

  #createConnection(): MediaConnection {
    const peer = this.#environment.createPeerConnection(this.#configuration());
    const isCurrent = (): boolean => this.#connection === connection;
    const connection: MediaConnection = new MediaConnection(
      peer,
      {
        stateChanged: (state) => {
          if (!isCurrent()) return;
          this.emit('media', state);
          this.#changed();
        },
        restart: () => void this.#negotiator.request({ iceRestart: true }).catch(() => undefined),
        lost: () => {
          if (isCurrent()) this.#session.rejoin();
        },
      },
      this.#options.iceTransport,
    );
    return connection;
  }

  #configuration(): RTCConfiguration {
    return configuration(this.#iceServers, this.#options.iceTransport);
  }

  async #joined(reply: Joined): Promise<void> {
    this.#info = reply.room;
    this.#limits = reply.limits ?? {};
    const relayIsNew = this.#useIceServers(reply.iceServers ?? []);
    this.#join = { ...this.#join!, identity: reply.participant.identity };
    this.localParticipant.update(reply.participant);
    this.#syncParticipants(reply.participants);
    if (!reply.answer) throw new ParleyError('bad-reply', 'the join was not answered with SDP');
    const connection = this.#connection!;
    const pairs = await applied(connection, reply.answer.sdp);
    if (connection !== this.#connection) return;
    this.localParticipant.updatePublished(reply.answer.published);
    this.#negotiator.settle();
    this.#negotiator.resume();
    this.#subscriptions.addPairs(pairs);
    if (relayIsNew) connection.watch.expectConnected(this.#options.iceTransport === 'relay' ? 0 : DIRECT_WITHIN_MS);
    this.#setState('connected');
  }

  /**
   * They are known only after the first offer, so they serve from the first ICE restart on. Tells whether there is a
   * TURN server among them, and was none before.
   */
  #useIceServers(servers: readonly IceServer[]): boolean {
    if (servers.length === 0) return false;
    const knewRelay = hasRelay(this.#iceServers);
    this.#iceServers = rtcIceServers(servers);
    this.#connection?.peer.setConfiguration(this.#configuration());
    return !knewRelay && hasRelay(this.#iceServers);
  }

  #resumed(reply: Resumed): void {
    this.#info = reply.room;
    this.#useIceServers(reply.iceServers ?? []);
    this.#syncParticipants(reply.participants);
    this.localParticipant.reconcile(reply.participant);
    this.#subscriptions.reconcile(reply.slots);
    this.#negotiator.resume();
    this.#connection?.watch.resume();
    this.#setState('connected');
  }

  #interrupted(): void {
    this.#negotiator.pause();
    this.#connection?.watch.pause();
    this.#setState('reconnecting');
  }

  #notified(message: Notification): void {
    switch (message.type) {
      case 'participant-joined':
      case 'participant-updated':
        if (message.participant.id === this.localParticipant.id) this.localParticipant.update(message.participant);
        else this.#updateParticipant(message.participant);
        break;
      case 'participant-left':
        this.#removeParticipant(message.participantId, message.reason ?? 'left');
        break;
      case 'speakers':
        this.#updateSpeakers(message.speakers);
        break;
      case 'slot-ended':
        this.#subscriptions.slotEnded(message.slot, message.trackId);
        break;
      case 'slot-undecodable':
        this.#trackUndecodable(message.trackId, message);
        break;
      case 'slot-paused':
        this.#trackPaused(message.trackId, message.paused ? message.reason : null);
        break;
      case 'encodings-wanted':
        void this.#connection?.sendOnly(message.mid, message.encodings);
        break;
      case 'closing':
      case 'room-closed':
        break; // The session deals with them.
    }
    this.#changed();
  }

  #trackUndecodable(trackId: string, { code, message, codec, accepted }: TrackProblem): void {
    for (const participant of this.#participants.values()) {
      const track = participant.tracks.find(({ id }) => id === trackId);
      track?.setProblem({ code, message, codec, accepted });
    }
  }

  #trackPaused(trackId: string, reason: string | null): void {
    for (const participant of this.#participants.values()) {
      const track = participant.tracks.find(({ id }) => id === trackId);
      track?.setServerPause(reason === null || reason === 'too-many-tracks' ? reason : 'bandwidth');
    }
  }

  async #exchange({ iceRestart }: { iceRestart: boolean }): Promise<void> {
    const connection = this.#connection;
    if (!connection) throw new ParleyError('closed', 'the room is closed');
    const offer = await connection.createOffer({ iceRestart });
    try {
      const answer = await this.#session.request<'offer'>({ type: 'offer', ...offer });
      if (connection !== this.#connection) throw new ParleyError('connection-lost', 'a new connection took over');
      const pairs = await applied(connection, answer.sdp);
      this.localParticipant.updatePublished(answer.published);
      this.#subscriptions.addPairs(pairs);
    } catch (error) {
      const { code } = asParleyError(error, 'internal');
      if (code !== 'connection-lost' && code !== 'timeout') await connection.rollback();
      throw error;
    }
  }

  async #growBy(pairs: number): Promise<void> {
    const maxPairs = Math.floor((this.#limits.maxSlots ?? Infinity) / 2);
    const count = Math.min(pairs, maxPairs - this.#subscriptions.pairCount);
    if (count <= 0) throw new ParleyError('slot-limit', 'the server gives no more slots');
    this.#connection?.addSlotPairs(count);
    await this.#negotiator.request();
  }

  #syncParticipants(infos: readonly ParticipantInfo[]): void {
    const ids = new Set(infos.map((info) => info.id));
    for (const id of [...this.#participants.keys()]) {
      if (!ids.has(id)) this.#removeParticipant(id, 'left');
    }
    for (const info of infos) this.#updateParticipant(info);
    this.#changed();
  }

  #updateParticipant(info: ParticipantInfo): void {
    let participant = this.#participants.get(info.id);
    const isNew = !participant;
    if (!participant) this.#participants.set(info.id, (participant = new RemoteParticipant(info)));
    const changes = participant.update(info);
    if (isNew) this.emit('participant-joined', participant);
    if (!changes) return;
    for (const track of changes.unpublished) this.#endTrack(participant, track);
    for (const track of changes.published) {
      track.on('media', () => this.#changed());
      track.on('server-pause', () => this.#changed());
      track.on('problem', () => {
        this.emit('track-problem', { participant, track });
        this.#changed();
      });
      if (this.#options.autoSubscribe !== false) this.#subscriptions.add(track);
      this.emit('track-published', { participant, track });
    }
    if (!isNew) this.emit('participant-updated', participant);
  }

  #removeParticipant(id: string, reason: string): void {
    const participant = this.#participants.get(id);
    if (!participant) return;
    this.#participants.delete(id);
    for (const track of participant.tracks) this.#endTrack(participant, track);
    this.emit('participant-left', { participant, reason });
  }

  #endTrack(participant: RemoteParticipant, track: RemoteTrack): void {
    this.#subscriptions.remove(track, { ended: true });
    track.end();
    this.emit('track-unpublished', { participant, track });
  }

  #updateSpeakers(speakers: readonly { readonly participantId: string; readonly level: number }[]): void {
    const levels = new Map(speakers.map(({ participantId, level }) => [participantId, level]));
    const everybody = [this.localParticipant, ...this.participants];
    for (const participant of everybody) participant.setAudioLevel(levels.get(participant.id) ?? 0);
    const speaking = everybody.filter((participant) => participant.isSpeaking);
    this.emit('speakers', speaking.sort((a, b) => b.audioLevel - a.audioLevel));
  }

  #listen(): void {
    const { events } = this.#environment;
    if (!events) return;
    const networkChanged = (): void => {
      this.#session.networkChanged();
      this.#connection?.watch.hurry();
    };
    const leaving = (): void => {
      this.#session.leaveNow();
      this.#close(null, { keepTracks: false });
    };
    events.addEventListener('online', networkChanged);
    events.addEventListener('offline', networkChanged);
    events.addEventListener('pagehide', leaving);
    this.#stopListening = () => {
      events.removeEventListener('online', networkChanged);
      events.removeEventListener('offline', networkChanged);
      events.removeEventListener('pagehide', leaving);
    };
  }

  #close(reason: ParleyError | null, { keepTracks }: { keepTracks: boolean }): void {
    if (this.#state === 'closed') return;
    this.#stopListening();
    if (!keepTracks) for (const track of this.localParticipant.tracks) track.stop();
    this.#negotiator.abort(reason ?? new ParleyError('closed', 'left the room'));
    this.localParticipant.disconnect();
    for (const id of [...this.#participants.keys()]) this.#removeParticipant(id, 'left');
    this.#connection?.close();
    this.#connection = null;
    this.#setState('closed');
    this.emit('closed', reason);
  }

  #setState(state: RoomState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit('state', state);
    this.#changed();
  }

  #changed(): void {
    if (this.#changePending) return;
    this.#changePending = true;
    queueMicrotask(() => {
      this.#changePending = false;
      this.emit('changed', undefined);
    });
  }
}

async function applied(connection: MediaConnection, sdp: string): ReturnType<MediaConnection['applyAnswer']> {
  try {
    return await connection.applyAnswer(sdp);
  } catch (cause) {
    throw asParleyError(cause, 'bad-sdp');
  }
}
