import type { TrackSource } from './protocol.js';

export type VideoCodec = 'vp8' | 'vp9' | 'h264' | 'av1';

export interface PublishOptions {
  /** The codec to prefer for video; the browser's own order when absent. */
  readonly codec?: VideoCodec | undefined;
  /** Whether a camera is sent in several sizes, which is the default. */
  readonly simulcast?: boolean | undefined;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const SCREEN_MAX_BITRATE_BPS = 2_500_000;
const AUDIO_MAX_BITRATE_BPS = 48_000;

/** What VP8 needs for talking heads at 30 frames a second, by the height of the picture. */
const CAMERA_BITRATES: readonly { readonly upToHeightPx: number; readonly bitrateBps: number }[] = [
  { upToHeightPx: 180, bitrateBps: 150_000 },
  { upToHeightPx: 270, bitrateBps: 300_000 },
  { upToHeightPx: 360, bitrateBps: 500_000 },
  { upToHeightPx: 540, bitrateBps: 900_000 },
  { upToHeightPx: 720, bitrateBps: 1_700_000 },
  { upToHeightPx: Infinity, bitrateBps: 3_000_000 },
];

/** The encodings of a track's sender, the smallest first. */
export function sendEncodings(
  source: TrackSource,
  kind: 'audio' | 'video',
  size: Size | null,
  options: PublishOptions,
): RTCRtpEncodingParameters[] {
  if (kind === 'audio') return [{ maxBitrate: AUDIO_MAX_BITRATE_BPS }];
  if (source === 'screen') return [{ maxBitrate: SCREEN_MAX_BITRATE_BPS }];
  const { widthPx, heightPx } = size ?? { widthPx: 1280, heightPx: 720 };
  const layers = options.simulcast === false ? 1 : simulcastLayers(widthPx, heightPx);
  if (layers === 1) return [{ maxBitrate: cameraBitrateBps(heightPx) }];
  return Array.from({ length: layers }, (_, index) => {
    const scale = 2 ** (layers - 1 - index);
    const encoding: RTCRtpEncodingParameters & { scalabilityMode?: string } = {
      rid: RIDS[index + RIDS.length - layers]!,
      scaleResolutionDownBy: scale,
      maxBitrate: cameraBitrateBps(heightPx / scale),
    };
    // Without a mode of their own, VP9 and AV1 take several encodings for layers of one stream.
    if (options.codec === 'vp9' || options.codec === 'av1') encoding.scalabilityMode = 'L1T2';
    return encoding;
  });
}

/** Quarter, half and full size. */
const RIDS = ['q', 'h', 'f'] as const;

/**
 * How many sizes a capture is worth. Chromium 156 sends two layers at most below 960x540, and leaves out the last of
 * three: asking for three at 640x360 would lose the full size (measured).
 */
export function simulcastLayers(widthPx: number, heightPx: number): 1 | 2 | 3 {
  const longer = Math.max(widthPx, heightPx);
  const shorter = Math.min(widthPx, heightPx);
  if (longer >= 960 && shorter >= 540) return 3;
  if (longer >= 640 && shorter >= 360) return 2;
  return 1;
}

function cameraBitrateBps(heightPx: number): number {
  return CAMERA_BITRATES.find((step) => heightPx <= step.upToHeightPx)!.bitrateBps;
}

/** The capabilities with those of `codec` first; the rest stays, for retransmission and as a fallback. */
export function preferCodec<C extends { readonly mimeType: string }>(codecs: readonly C[], codec: VideoCodec): C[] {
  const wanted = `video/${codec}`;
  const isWanted = (candidate: C): boolean => candidate.mimeType.toLowerCase() === wanted;
  return [...codecs.filter(isWanted), ...codecs.filter((candidate) => !isWanted(candidate))];
}
