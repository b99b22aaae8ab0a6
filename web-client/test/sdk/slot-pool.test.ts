import { describe, expect, it } from 'vitest';
import type { TrackSource } from '../../src/sdk/protocol.js';
import { SlotPool, type PlacedTrack, type Slot } from '../../src/sdk/slot-pool.js';

interface NamedSlot extends Slot {
  readonly name: string;
}

function poolOf(pairs: number): SlotPool<NamedSlot> {
  const pool = new SlotPool<NamedSlot>();
  for (let i = 0; i < pairs; i++) {
    pool.addPair({ audio: { kind: 'audio', name: `a${i}` }, video: { kind: 'video', name: `v${i}` } });
  }
  return pool;
}

function placed(participantId: string, source: TrackSource): PlacedTrack {
  const kind = source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video';
  return { id: `${participantId}-${source}`, participantId, kind, source };
}

describe('SlotPool', () => {
  it('puts microphone and camera of one participant into one pair', () => {
    const pool = poolOf(2);
    expect(pool.assign(placed('ada', 'camera'))?.name).toBe('v0');
    expect(pool.assign(placed('ada', 'microphone'))?.name).toBe('a0');
  });

  it('gives a screen with its sound a pair of its own', () => {
    const pool = poolOf(2);
    pool.assign(placed('ada', 'camera'));
    expect(pool.assign(placed('ada', 'screen'))?.name).toBe('v1');
    expect(pool.assign(placed('ada', 'screen-audio'))?.name).toBe('a1');
    expect(pool.assign(placed('ada', 'microphone'))?.name).toBe('a0');
  });

  it('never mixes two participants in a pair', () => {
    const pool = poolOf(1);
    pool.assign(placed('ada', 'microphone'));
    expect(pool.assign(placed('grace', 'camera'))).toBeNull();
  });

  it('keeps the slot of a track that is assigned again', () => {
    const pool = poolOf(2);
    const slot = pool.assign(placed('ada', 'camera'));
    expect(pool.assign(placed('ada', 'camera'))).toBe(slot);
  });

  it('frees the pair only when both of its slots are empty', () => {
    const pool = poolOf(1);
    pool.assign(placed('ada', 'camera'));
    pool.assign(placed('ada', 'microphone'));
    pool.release('ada-camera');
    expect(pool.assign(placed('grace', 'camera'))).toBeNull();
    pool.release('ada-microphone');
    expect(pool.assign(placed('grace', 'camera'))?.name).toBe('v0');
  });

  it('knows which track is in a slot', () => {
    const pool = poolOf(1);
    const slot = pool.assign(placed('ada', 'camera'))!;
    expect(pool.trackIn(slot)).toBe('ada-camera');
    pool.release('ada-camera');
    expect(pool.trackIn(slot)).toBeNull();
    expect(pool.release('ada-camera')).toBeNull();
  });

  it('finds another pair for a second track of the same kind', () => {
    const pool = poolOf(2);
    const second: PlacedTrack = { ...placed('ada', 'camera'), id: 'ada-camera-2' };
    expect(pool.assign(placed('ada', 'camera'))?.name).toBe('v0');
    expect(pool.assign(second)?.name).toBe('v1');
  });

  it('counts the missing pairs by people and screens, not by tracks', () => {
    const pool = poolOf(1);
    const waiting = [
      placed('ada', 'camera'),
      placed('ada', 'microphone'),
      placed('ada', 'screen'),
      placed('grace', 'camera'),
    ];
    expect(pool.pairsMissing(waiting)).toBe(2);
    expect(pool.pairsMissing([])).toBe(0);
  });
});
