import type { MediaKind, TrackSource } from './protocol.js';

/** One recvonly media section: a place that the server can put a track into. */
export interface Slot {
  readonly kind: MediaKind;
}

/** An audio and a video slot that share one stream id, so that what is put into both stays in sync (lips). */
export interface SlotPair<S extends Slot> {
  readonly audio: S;
  readonly video: S;
}

/** What the pool needs to know of a track to place it. */
export interface PlacedTrack {
  readonly id: string;
  readonly participantId: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
}

interface Place<S extends Slot> {
  readonly pair: SlotPair<S>;
  /** Whose media is in the pair: a participant's camera and microphone, or a screen and its sound. */
  group: string | null;
  readonly tracks: { audio: string | null; video: string | null };
}

/**
 * `SlotPool`: which track goes into which slot. A participant's microphone and camera share a pair, and a screen with
 * its sound takes a pair of its own. Pure bookkeeping: sending the commands is the subscriptions' work.
 */
export class SlotPool<S extends Slot> {
  readonly #places: Place<S>[] = [];
  readonly #trackPlaces = new Map<string, { place: Place<S>; kind: MediaKind }>();

  get pairCount(): number {
    return this.#places.length;
  }

  addPair(pair: SlotPair<S>): void {
    this.#places.push({ pair, group: null, tracks: { audio: null, video: null } });
  }

  /** Puts the track into a slot: the one that it has, else beside its group, else into a free pair; null when none is free. */
  assign(track: PlacedTrack): S | null {
    const had = this.slotOf(track.id);
    if (had) return had;
    const place = this.#findPlace(track);
    if (!place) return null;
    place.tracks[track.kind] = track.id;
    this.#trackPlaces.set(track.id, { place, kind: track.kind });
    return place.pair[track.kind];
  }

  /** Takes the track out of its slot, which is free from now on. */
  release(trackId: string): S | null {
    const entry = this.#trackPlaces.get(trackId);
    if (!entry) return null;
    this.#trackPlaces.delete(trackId);
    const { place, kind } = entry;
    place.tracks[kind] = null;
    if (place.tracks.audio === null && place.tracks.video === null) place.group = null;
    return place.pair[kind];
  }

  slotOf(trackId: string): S | null {
    const entry = this.#trackPlaces.get(trackId);
    return entry ? entry.place.pair[entry.kind] : null;
  }

  trackIn(slot: S): string | null {
    const place = this.#places.find((candidate) => candidate.pair[slot.kind] === slot);
    return place ? place.tracks[slot.kind] : null;
  }

  slots(): S[] {
    return this.#places.flatMap(({ pair }) => [pair.audio, pair.video]);
  }

  /** How many more pairs these tracks need than there are. */
  pairsMissing(waiting: readonly PlacedTrack[]): number {
    const groups = new Set(waiting.map((track) => groupOf(track)));
    const free = this.#places.filter((place) => place.group === null).length;
    return Math.max(0, groups.size - free);
  }

  clear(): void {
    this.#places.length = 0;
    this.#trackPlaces.clear();
  }

  #findPlace(track: PlacedTrack): Place<S> | null {
    const group = groupOf(track);
    const own = this.#places.find((place) => place.group === group && place.tracks[track.kind] === null);
    if (own) return own;
    const free = this.#places.find((place) => place.group === null);
    if (!free) return null;
    free.group = group;
    return free;
  }
}

function groupOf(track: PlacedTrack): string {
  const isScreen = track.source === 'screen' || track.source === 'screen-audio';
  return `${track.participantId}/${isScreen ? 'screen' : 'person'}`;
}
