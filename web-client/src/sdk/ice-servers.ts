import type { IceTransport } from './media-connection.js';
import type { IceServer } from './protocol.js';

/** What every peer connection is configured with. */
export function configuration(iceServers: RTCIceServer[], transport: IceTransport = 'all'): RTCConfiguration {
  return {
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
    iceServers,
    iceTransportPolicy: transport === 'relay' ? 'relay' : 'all',
  };
}

/** The server's list in the browser's form. */
export function rtcIceServers(servers: readonly IceServer[]): RTCIceServer[] {
  return servers.map(({ urls, username, credential }) => ({
    urls,
    ...(username != null && { username }),
    ...(credential != null && { credential }),
  }));
}

/** Whether there is a TURN server among them. */
export function hasRelay(servers: readonly RTCIceServer[]): boolean {
  return servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
}
