import { ParleyError } from './errors.js';
import type { SocketLike } from './signaling-channel.js';

/** What a room takes from the browser: tests put fakes in its place. */
export interface RoomEnvironment {
  createSocket(url: string): SocketLike;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  random(): number;
  /** Where `online`, `offline` and `pagehide` are heard. */
  readonly events: EventTarget | null;
}

/** `/ws` of the host that the page came from. */
export function defaultUrl(): string {
  const url = new URL('/ws', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** The server needs no more than the join to know the room; a balancer before it has only the address to go by. */
export function withRoom(url: string, room = ''): string {
  return `${url}${url.includes('?') ? '&' : '?'}room=${encodeURIComponent(room)}`;
}

export function browserEnvironment(): RoomEnvironment {
  return {
    createSocket: (url) => new WebSocket(url),
    createPeerConnection: (configuration) => {
      if (typeof RTCPeerConnection === 'undefined') {
        throw new ParleyError('unsupported-browser', 'this browser has no WebRTC');
      }
      return new RTCPeerConnection(configuration);
    },
    random: Math.random,
    events: typeof window === 'undefined' ? null : window,
  };
}
