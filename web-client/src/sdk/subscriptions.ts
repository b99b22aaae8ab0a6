import { ParleyError } from './errors.js';
import type { MediaSlot, MediaSlotPair } from './media-connection.js';
import type { SlotAssignment, SubscriptionHint } from './protocol.js';
import type { RemoteTrack } from './remote-track.js';
import { SlotPool } from './slot-pool.js';

/** The requests that subscriptions make, and how they get more slots. */
export interface SubscriptionRequests {
  subscribe(slot: string, trackId: string, hint: SubscriptionHint): Promise<unknown>;
  unsubscribe(slot: string): Promise<unknown>;
  hint(slot: string, hint: SubscriptionHint): Promise<unknown>;
  /** Offers so many pairs more; those that come are added by `addPairs`. */
  growBy(pairs: number): Promise<unknown>;
}

const GROW_STEP = 4;
const RETRY_MS = 1_000;
const RETRYABLE = new Set(['timeout', 'overloaded', 'rate-limited', 'internal']);

/**
 * `Subscriptions`: brings every wanted track into a slot and keeps the server's view of the slots in step, across
 * refusals, growth and lost connections.
 */
export class Subscriptions {
  readonly #pool = new SlotPool<MediaSlot>();
  /** Every track that shall be received, in the order it came; the slots may not suffice for all. */
  readonly #wanted = new Map<string, { readonly track: RemoteTrack; readonly stopListening: () => void }>();
  #growing = false;
  /** Not before the first slots came, which may suffice, nor once the server refused more. */
  #canGrow = false;

  constructor(private readonly requests: SubscriptionRequests) {}

  get pairCount(): number {
    return this.#pool.pairCount;
  }

  midOf(track: RemoteTrack): string | null {
    return this.#pool.slotOf(track.id)?.transceiver.mid ?? null;
  }

  isSubscribed(track: RemoteTrack): boolean {
    return this.#wanted.has(track.id);
  }

  add(track: RemoteTrack): void {
    if (this.#wanted.has(track.id)) return;
    const stopListening = track.on('hint', (hint) => this.#sendHint(track, hint));
    this.#wanted.set(track.id, { track, stopListening });
    this.#place(track);
    this.#growIfNeeded();
  }

  /** Ends a subscription. A track that ended has left its slot on the server's side already. */
  remove(track: RemoteTrack, { ended }: { ended: boolean }): void {
    const wanted = this.#wanted.get(track.id);
    if (!wanted) return;
    wanted.stopListening();
    this.#wanted.delete(track.id);
    this.#free(track, { tell: !ended });
    this.#placeWaiting();
  }

  addPairs(pairs: readonly MediaSlotPair[]): void {
    if (this.#pool.pairCount === 0) this.#canGrow = true;
    for (const pair of pairs) this.#pool.addPair(pair);
    this.#placeWaiting();
  }

  /** The server took the track out of its slot. */
  slotEnded(slot: string, trackId: string): void {
    const wanted = this.#wanted.get(trackId);
    if (wanted && this.midOf(wanted.track) === slot) this.remove(wanted.track, { ended: true });
  }

  /** After a resume: repeats whatever the server did not hear of before the connection was lost. */
  reconcile(assignments: readonly SlotAssignment[]): void {
    const server = new Map(assignments.map(({ mid, trackId }) => [mid, trackId ?? null]));
    for (const slot of this.#pool.slots()) {
      const { mid } = slot.transceiver;
      if (mid === null) continue;
      const wanted = this.#trackIn(slot);
      if (!wanted) {
        if (server.get(mid)) void this.requests.unsubscribe(mid).catch(() => undefined);
      } else if (server.get(mid) !== wanted.id) {
        void this.#subscribe(wanted, slot);
      } else {
        wanted.setMedia(slot.transceiver.receiver.track);
        this.#sendHint(wanted, wanted.hint);
      }
    }
    this.#placeWaiting();
  }

  /** A new peer connection: its slots come by `addPairs`, and everything wanted goes into them anew. */
  reset(): void {
    this.#pool.clear();
    this.#canGrow = false;
    this.#growing = false;
    for (const { track } of this.#wanted.values()) track.setMedia(null);
  }

  #trackIn(slot: MediaSlot): RemoteTrack | undefined {
    const trackId = this.#pool.trackIn(slot);
    return trackId === null ? undefined : this.#wanted.get(trackId)?.track;
  }

  #waiting(): RemoteTrack[] {
    return [...this.#wanted.values()]
      .map(({ track }) => track)
      .filter((track) => this.#pool.slotOf(track.id) === null);
  }

  #placeWaiting(): void {
    for (const track of this.#waiting()) this.#place(track);
    this.#growIfNeeded();
  }

  #place(track: RemoteTrack): void {
    const slot = this.#pool.assign(track);
    if (slot) void this.#subscribe(track, slot);
  }

  #growIfNeeded(): void {
    const missing = this.#pool.pairsMissing(this.#waiting());
    if (missing === 0 || this.#growing || !this.#canGrow) return;
    void this.#grow(Math.ceil(missing / GROW_STEP) * GROW_STEP);
  }

  async #grow(pairs: number): Promise<void> {
    const pool = this.#pool;
    const before = pool.pairCount;
    this.#growing = true;
    try {
      await this.requests.growBy(pairs);
      this.#canGrow = pool.pairCount > before;
    } catch {
      // The server has a limit of slots: who is in stays in, others wait for a slot to become free.
      this.#canGrow = false;
    }
    this.#growing = false;
    this.#placeWaiting();
  }

  async #subscribe(track: RemoteTrack, slot: MediaSlot): Promise<void> {
    const { mid } = slot.transceiver;
    if (mid === null) return;
    try {
      await this.requests.subscribe(mid, track.id, track.hint);
      // Shown only now, so that a slot's former picture never appears under the new name.
      if (this.#pool.slotOf(track.id) === slot) track.setMedia(slot.transceiver.receiver.track);
    } catch (error) {
      this.#subscribeFailed(track, slot, error);
    }
  }

  #subscribeFailed(track: RemoteTrack, slot: MediaSlot, error: unknown): void {
    if (this.#pool.slotOf(track.id) !== slot) return;
    if (error instanceof ParleyError && error.code === 'connection-lost') return; // reconcile() repeats it.
    if (isRetryable(error)) {
      setTimeout(() => {
        if (this.#pool.slotOf(track.id) === slot) void this.#subscribe(track, slot);
      }, RETRY_MS);
      return;
    }
    // The track ended while we asked: its participant-updated is on the way.
    this.remove(track, { ended: true });
  }

  #free(track: RemoteTrack, { tell }: { tell: boolean }): void {
    const slot = this.#pool.release(track.id);
    track.setMedia(null);
    const mid = slot?.transceiver.mid;
    if (tell && mid != null) void this.requests.unsubscribe(mid).catch(() => undefined);
  }

  #sendHint(track: RemoteTrack, hint: SubscriptionHint): void {
    const mid = this.midOf(track);
    if (mid === null || Object.keys(hint).length === 0) return;
    void this.requests.hint(mid, hint).catch((error: unknown) => {
      if (!isRetryable(error)) return;
      setTimeout(() => {
        if (track.hint === hint) this.#sendHint(track, hint);
      }, RETRY_MS);
    });
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof ParleyError && RETRYABLE.has(error.code);
}
