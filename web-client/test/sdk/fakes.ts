import type { ClientMessage, ParticipantInfo, ServerMessage, TrackInfo } from '../../src/sdk/protocol.js';
import type { SocketLike } from '../../src/sdk/signaling-channel.js';

/** A WebSocket whose other end is the test. */
export class FakeSocket implements SocketLike {
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: ClientMessage[] = [];
  /** Called for each request; unset, requests stay unanswered. */
  onRequest: ((message: ClientMessage) => void) | null = null;

  open(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }

  send(frame: string): void {
    const message = JSON.parse(frame) as ClientMessage;
    this.sent.push(message);
    // As on a network, the answer never comes within the call.
    queueMicrotask(() => this.readyState === 1 && this.onRequest?.(message));
  }

  receive(message: ServerMessage): void {
    this.receiveFrame(JSON.stringify(message));
  }

  receiveFrame(frame: string): void {
    this.onmessage?.({ data: frame } as MessageEvent<unknown>);
  }

  /** The connection drops, or could not be made. */
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' } as CloseEvent);
  }

  close(): void {
    this.readyState = 3;
  }

  ofType<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sent.filter((message): message is Extract<ClientMessage, { type: T }> => message.type === type);
  }
}

export function track(id: string, overrides: Partial<TrackInfo> = {}): TrackInfo {
  return { id, kind: 'video', source: 'camera', muted: false, mid: '0', codec: 'VP8', rids: [], ...overrides };
}

export function participant(id: string, tracks: TrackInfo[] = [], version = 1): ParticipantInfo {
  return { id, identity: `${id}@example.com`, name: id, version, state: 'connected', tracks };
}

interface FakeTransceiver {
  mid: string | null;
  direction: RTCRtpTransceiverDirection;
  currentDirection: RTCRtpTransceiverDirection | null;
  readonly kind: string;
  readonly receiver: { readonly track: MediaStreamTrack };
  readonly sender: { track: MediaStreamTrack | null; replaceTrack(track: MediaStreamTrack | null): Promise<void> };
  setCodecPreferences(): void;
  stop(): void;
}

/** An RTCPeerConnection with the states and mids of the real one, and no media. */
export class FakePeerConnection {
  iceConnectionState: RTCIceConnectionState = 'new';
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: { type: string; sdp: string } | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly transceivers: FakeTransceiver[] = [];
  iceRestarts = 0;
  #nextMid = 0;
  #proposed = new Set<FakeTransceiver>();

  addTransceiver(trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit): FakeTransceiver {
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind;
    const transceiver: FakeTransceiver = {
      mid: null,
      direction: init.direction ?? 'sendrecv',
      currentDirection: null,
      kind,
      receiver: { track: { kind, id: `received-${this.transceivers.length}` } as MediaStreamTrack },
      sender: {
        track: typeof trackOrKind === 'string' ? null : trackOrKind,
        replaceTrack(track) {
          this.track = track;
          return Promise.resolve();
        },
      },
      setCodecPreferences: () => undefined,
      stop() {
        this.direction = 'stopped';
        this.currentDirection = 'stopped';
      },
    };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  restartIce(): void {
    this.iceRestarts += 1;
  }

  createOffer(): Promise<{ type: string; sdp: string }> {
    const sections = this.transceivers.filter((t) => t.direction !== 'stopped').length;
    return Promise.resolve({ type: 'offer', sdp: `offer of ${sections} sections` });
  }

  setLocalDescription(description: { type: string; sdp?: string }): Promise<void> {
    if (description.type === 'rollback') {
      for (const transceiver of this.#proposed) transceiver.mid = null;
      this.#proposed.clear();
      this.signalingState = 'stable';
      return Promise.resolve();
    }
    for (const transceiver of this.transceivers) {
      if (transceiver.mid !== null || transceiver.direction === 'stopped') continue;
      transceiver.mid = String(this.#nextMid++);
      this.#proposed.add(transceiver);
    }
    this.localDescription = { type: description.type, sdp: description.sdp ?? '' };
    this.signalingState = 'have-local-offer';
    return Promise.resolve();
  }

  setRemoteDescription(): Promise<void> {
    for (const transceiver of this.transceivers) {
      if (transceiver.mid !== null) transceiver.currentDirection = transceiver.direction;
    }
    this.#proposed.clear();
    this.signalingState = 'stable';
    return Promise.resolve();
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as RTCStatsReport);
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  /** The states change as they do in a browser. */
  become(ice: RTCIceConnectionState, connection: RTCPeerConnectionState): void {
    this.iceConnectionState = ice;
    this.connectionState = connection;
    this.oniceconnectionstatechange?.();
    this.onconnectionstatechange?.();
  }

  /** The sections in use, by what they are for. */
  mids(direction: RTCRtpTransceiverDirection, kind: string): (string | null)[] {
    return this.transceivers.filter((t) => t.direction === direction && t.kind === kind).map((t) => t.mid);
  }
}

/** A captured track, as far as the SDK looks at it. */
export function fakeMediaStreamTrack(kind: 'audio' | 'video', settings: MediaTrackSettings = {}): MediaStreamTrack {
  const fake = {
    kind,
    id: `captured-${kind}`,
    enabled: true,
    readyState: 'live',
    onended: null,
    getSettings: () => settings,
    stop() {
      this.readyState = 'ended';
    },
  };
  return fake as unknown as MediaStreamTrack;
}
