import type { CameraOptions, MicrophoneOptions } from './capture.js';
import { asParleyError, ParleyError } from './errors.js';
import { LocalTrack } from './local-track.js';
import type { MediaConnection } from './media-connection.js';
import type { ParticipantInfo, TrackInfo, TrackSource } from './protocol.js';
import type { PublishOptions } from './send-encodings.js';

/** What the local participant needs of its room. */
export interface PublishingRequests {
  /** Offers the present state of the connection. */
  negotiate(): Promise<void>;
  mute(trackId: string, muted: boolean): Promise<unknown>;
  changed(): void;
}

interface Publication {
  readonly track: LocalTrack;
  readonly options: PublishOptions;
  /** What the server calls it; null until an answer confirms it. */
  info: TrackInfo | null;
  readonly stopListening: () => void;
}

/** `LocalParticipant`: oneself, and what one publishes. Publications outlive connections: each new one takes them on. */
export class LocalParticipant {
  readonly isLocal = true;
  readonly #publications: Publication[] = [];
  #connection: MediaConnection | null = null;
  #info: ParticipantInfo | null = null;
  #audioLevel = 0;

  /** @internal Made by its room. */
  constructor(
    private readonly requests: PublishingRequests,
    private readonly defaults: PublishOptions,
  ) {}

  /** The server's id; empty before the first join. */
  get id(): string {
    return this.#info?.id ?? '';
  }

  get identity(): string {
    return this.#info?.identity ?? '';
  }

  get name(): string {
    return this.#info?.name ?? '';
  }

  get audioLevel(): number {
    return this.#audioLevel;
  }

  get isSpeaking(): boolean {
    return this.#audioLevel > 0;
  }

  get tracks(): LocalTrack[] {
    return this.#publications.map(({ track }) => track);
  }

  track(source: TrackSource): LocalTrack | undefined {
    return this.tracks.find((track) => track.source === source);
  }

  /** The server's description of a published track. */
  publishedInfo(track: LocalTrack): TrackInfo | null {
    return this.#publications.find((publication) => publication.track === track)?.info ?? null;
  }

  /** Publishes a track; before the room is connected it goes with the join. */
  async publish(track: LocalTrack, options: PublishOptions = {}): Promise<void> {
    if (this.#publications.some((publication) => publication.track === track)) return;
    if (this.track(track.source)) {
      throw new ParleyError('bad-request', `a ${track.source} is being published already`);
    }
    const publication = this.#add(track, { ...this.defaults, ...options });
    if (!this.#connection) return;
    this.#connection.addTrack(track, publication.options);
    try {
      await this.requests.negotiate();
    } catch (error) {
      this.#remove(publication);
      throw asParleyError(error, 'internal');
    }
  }

  /** Ends a publication and its capture. */
  async unpublish(track: LocalTrack): Promise<void> {
    const publication = this.#publications.find((candidate) => candidate.track === track);
    if (!publication) return;
    this.#remove(publication);
    track.stop();
    if (this.#connection) await this.requests.negotiate();
  }

  /** Mutes or unmutes the microphone, capturing and publishing one if there is none yet. */
  async setMicrophoneEnabled(enabled: boolean, options: MicrophoneOptions = {}): Promise<void> {
    await this.#setEnabled('microphone', enabled, () => LocalTrack.microphone(options));
  }

  /** Turns the camera off, its light too, or on again. */
  async setCameraEnabled(enabled: boolean, options: CameraOptions = {}): Promise<void> {
    await this.#setEnabled('camera', enabled, () => LocalTrack.camera(options));
  }

  async setScreenShareEnabled(enabled: boolean): Promise<void> {
    if (!enabled) {
      const shared = this.tracks.filter((track) => track.source === 'screen' || track.source === 'screen-audio');
      await Promise.all(shared.map((track) => this.unpublish(track)));
      return;
    }
    if (this.track('screen')) return;
    const tracks = await LocalTrack.screen();
    // The browser's own "stop sharing" ends the publication too.
    for (const track of tracks) track.on('ended', () => void this.setScreenShareEnabled(false).catch(() => undefined));
    try {
      await Promise.all(tracks.map((track) => this.publish(track)));
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    }
  }

  /** @internal Everything that is published goes into the first offer of a new connection. */
  connect(connection: MediaConnection): void {
    this.#connection = connection;
    for (const publication of this.#publications) {
      publication.info = null;
      connection.addTrack(publication.track, publication.options);
    }
  }

  /** @internal */
  disconnect(): void {
    this.#connection = null;
    for (const publication of this.#publications) publication.info = null;
  }

  /** @internal */
  update(info: ParticipantInfo): void {
    if (this.#info && this.#info.id === info.id && info.version < this.#info.version) return;
    this.#info = info;
    this.updatePublished(info.tracks);
  }

  /** @internal */
  updatePublished(infos: readonly TrackInfo[]): void {
    const connection = this.#connection;
    if (!connection) return;
    for (const publication of this.#publications) {
      const mid = connection.midOf(publication.track);
      const info = infos.find((candidate) => candidate.mid === mid);
      if (!info) continue;
      const isNew = publication.info?.id !== info.id;
      publication.info = info;
      if (isNew && info.muted !== publication.track.muted) this.#tellMuted(publication);
    }
  }

  /** @internal Repeats what the server did not hear of while signaling was down. */
  reconcile(info: ParticipantInfo): void {
    this.update(info);
    for (const publication of this.#publications) {
      if (publication.info && publication.info.muted !== publication.track.muted) this.#tellMuted(publication);
    }
  }

  /** @internal */
  setAudioLevel(level: number): boolean {
    const wasSpeaking = this.isSpeaking;
    this.#audioLevel = level;
    return wasSpeaking !== this.isSpeaking;
  }

  async #setEnabled(source: TrackSource, enabled: boolean, capture: () => Promise<LocalTrack>): Promise<void> {
    const track = this.track(source);
    if (!enabled) {
      track?.mute();
    } else if (track) {
      await track.unmute();
    } else {
      const captured = await capture();
      try {
        await this.publish(captured);
      } catch (error) {
        captured.stop();
        throw error;
      }
    }
  }

  #add(track: LocalTrack, options: PublishOptions): Publication {
    const stops = [
      track.on('muted', () => {
        this.#tellMuted(publication);
        this.requests.changed();
      }),
      track.on('replaced', () => this.requests.changed()),
      track.on('ended', () => {
        // An unplugged device: the publication stays, muted, until the device or another one is chosen.
        if (track.source === 'microphone' || track.source === 'camera') track.mute();
      }),
    ];
    const publication: Publication = {
      track,
      options,
      info: null,
      stopListening: () => {
        for (const stop of stops) stop();
      },
    };
    this.#publications.push(publication);
    this.requests.changed();
    return publication;
  }

  #remove(publication: Publication): void {
    const index = this.#publications.indexOf(publication);
    if (index >= 0) this.#publications.splice(index, 1);
    publication.stopListening();
    this.#connection?.removeTrack(publication.track);
    this.requests.changed();
  }

  #tellMuted(publication: Publication): void {
    if (!publication.info) return;
    // A lost connection is made good by reconcile().
    void this.requests.mute(publication.info.id, publication.track.muted).catch(() => undefined);
  }
}
