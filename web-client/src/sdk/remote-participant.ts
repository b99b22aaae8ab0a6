import type { ParticipantInfo, ParticipantState, TrackSource } from './protocol.js';
import { RemoteTrack } from './remote-track.js';

/** What changed between two states of a participant. */
export interface TrackChanges {
  readonly published: readonly RemoteTrack[];
  readonly unpublished: readonly RemoteTrack[];
}

/** `RemoteParticipant`: somebody else in the room, as the server last described them. */
export class RemoteParticipant {
  readonly id: string;
  readonly isLocal = false;
  readonly #tracks = new Map<string, RemoteTrack>();
  #info: ParticipantInfo;
  #audioLevel = 0;

  /** @internal Participants are made by their room. */
  constructor(info: ParticipantInfo) {
    this.id = info.id;
    this.#info = { ...info, tracks: [], version: -1 };
  }

  get identity(): string {
    return this.#info.identity;
  }

  get name(): string {
    return this.#info.name;
  }

  /** The state of the participant's own media connection to the server. */
  get state(): ParticipantState {
    return this.#info.state;
  }

  /** Loudness from 0 to 1; 0 while not among the speakers. */
  get audioLevel(): number {
    return this.#audioLevel;
  }

  get isSpeaking(): boolean {
    return this.#audioLevel > 0;
  }

  get tracks(): RemoteTrack[] {
    return [...this.#tracks.values()];
  }

  track(source: TrackSource): RemoteTrack | undefined {
    return this.tracks.find((track) => track.source === source);
  }

  /** @internal A state that is not newer than the known one changes nothing. */
  update(info: ParticipantInfo): TrackChanges | null {
    if (info.version <= this.#info.version) return null;
    this.#info = info;
    const published: RemoteTrack[] = [];
    for (const trackInfo of info.tracks) {
      const known = this.#tracks.get(trackInfo.id);
      if (known) {
        known.update(trackInfo);
      } else {
        const track = new RemoteTrack(this.id, trackInfo);
        this.#tracks.set(track.id, track);
        published.push(track);
      }
    }
    const ids = new Set(info.tracks.map((track) => track.id));
    const unpublished = this.tracks.filter((track) => !ids.has(track.id));
    for (const track of unpublished) this.#tracks.delete(track.id);
    return { published, unpublished };
  }

  /** @internal Whether this changed who is speaking. */
  setAudioLevel(level: number): boolean {
    const wasSpeaking = this.isSpeaking;
    this.#audioLevel = level;
    return wasSpeaking !== this.isSpeaking;
  }
}
