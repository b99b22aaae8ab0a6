import { describe, expect, it } from 'vitest';
import { initials, suggestRoom, tidyRoom, toneOf, TONES } from '../../src/app/names.js';
import { pathOfRoom, roomOfPath } from '../../src/app/url-options.js';

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['grace', 'G'],
    ['Mary Jane Watson', 'MW'],
    ['  jean-luc picard ', 'JP'],
    ['王小明', '小明'],
    ['李雷', '李雷'],
    ['👩‍🚀 Sally', '👩‍🚀S'],
    ['', '?'],
    ['   ', '?'],
  ])('of %j are %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe('toneOf', () => {
  it('is the same for the same identity, and one of the tones', () => {
    for (const identity of ['', 'ada@example.com', '王小明', 'x'.repeat(1000)]) {
      expect(toneOf(identity)).toBe(toneOf(identity));
      expect(toneOf(identity)).toBeGreaterThanOrEqual(0);
      expect(toneOf(identity)).toBeLessThan(TONES);
    }
  });
});

describe('room names', () => {
  it('are tidied to what fits an address', () => {
    expect(tidyRoom('  Team stand  up ')).toBe('Team-stand-up');
    expect(tidyRoom('a/b?c#d%\\e')).toBe('abcde');
    expect(tidyRoom(' 周会 ')).toBe('周会');
    expect(tidyRoom(' / ')).toBe('');
  });

  it('survive the address', () => {
    for (const room of ['stand-up', '周会', 'a b', 'é&=+']) expect(roomOfPath(pathOfRoom(room))).toBe(room);
  });

  it('are suggested in a form that needs no tidying', () => {
    for (const random of [0, 0.5, 0.999999]) {
      const room = suggestRoom(() => random);
      expect(room).toMatch(/^[a-z]+-[a-z]+-\d{3}$/);
      expect(tidyRoom(room)).toBe(room);
    }
  });
});
