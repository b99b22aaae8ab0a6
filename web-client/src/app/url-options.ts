import type { IceTransport, Termination, VideoCodec } from '../sdk/index.js';
import { isLocale, type Locale } from './i18n/index.js';

/** What the page's address asks for. All of it is documented in web-client/README.md. */
export interface UrlOptions {
  readonly room: string | null;
  readonly name: string | null;
  /** Join at once, without the lobby. */
  readonly join: boolean;
  readonly audio: boolean;
  readonly video: boolean;
  readonly videoSize: { readonly widthPx: number; readonly heightPx: number } | null;
  readonly codec: VideoCodec | undefined;
  readonly simulcast: boolean | undefined;
  readonly transport: IceTransport | undefined;
  readonly token: string | undefined;
  readonly termination: Termination | undefined;
  readonly locale: Locale | null;
}

const CODECS: readonly VideoCodec[] = ['vp8', 'vp9', 'h264', 'av1'];
const TERMINATIONS: readonly Termination[] = ['forward', 'native', 'auto'];
const TRANSPORTS: readonly IceTransport[] = ['all', 'udp', 'tcp', 'relay'];

export function readUrlOptions(url: URL): UrlOptions {
  const query = url.searchParams;
  const video = query.get('video')?.toLowerCase() ?? null;
  const size = /^(\d{2,4})x(\d{2,4})$/.exec(video ?? '');
  const simulcast = query.get('simulcast');
  const locale = query.get('lang');
  return {
    room: roomOfPath(url.pathname) ?? query.get('room'),
    name: query.get('name'),
    join: isOn(query.get('join')),
    audio: query.get('audio') !== 'off',
    video: video !== 'off',
    videoSize: size ? { widthPx: Number(size[1]), heightPx: Number(size[2]) } : null,
    codec: CODECS.find((codec) => codec === query.get('codec')?.toLowerCase()),
    simulcast: simulcast === null ? undefined : isOn(simulcast),
    transport: TRANSPORTS.find((transport) => transport === query.get('transport')?.toLowerCase()),
    token: query.get('token') ?? undefined,
    termination: TERMINATIONS.find((termination) => termination === query.get('termination')?.toLowerCase()),
    locale: isLocale(locale) ? locale : null,
  };
}

/** `/r/{room}` */
export function roomOfPath(path: string): string | null {
  const encoded = /^\/r\/([^/]+)\/?$/.exec(path)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

export function pathOfRoom(room: string): string {
  return `/r/${encodeURIComponent(room)}`;
}

function isOn(value: string | null): boolean {
  return value === '1' || value === 'true' || value === 'on';
}
