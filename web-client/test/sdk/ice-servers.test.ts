import { describe, expect, it } from 'vitest';
import { configuration, hasRelay, rtcIceServers } from '../../src/sdk/ice-servers.js';

describe('ICE servers', () => {
  it('leaves out what the server left out', () => {
    expect(rtcIceServers([{ urls: ['stun:s'] }])).toEqual([{ urls: ['stun:s'] }]);
    expect(rtcIceServers([{ urls: ['turn:t'], username: 'u', credential: 'c' }])).toEqual([
      { urls: ['turn:t'], username: 'u', credential: 'c' },
    ]);
  });

  it('tells TURN from STUN', () => {
    expect(hasRelay([])).toBe(false);
    expect(hasRelay([{ urls: 'stun:turn.example.com' }])).toBe(false);
    expect(hasRelay([{ urls: ['stun:s'] }, { urls: ['turns:t:5349'] }])).toBe(true);
  });

  it('relays everything only where that is asked for', () => {
    expect(configuration([], 'relay').iceTransportPolicy).toBe('relay');
    expect(configuration([], 'udp').iceTransportPolicy).toBe('all');
    expect(configuration([]).iceTransportPolicy).toBe('all');
  });
});
