import { describe, expect, it } from 'vitest';
import { filterCandidates } from '../../src/sdk/media-connection.js';
import { preferCodec, sendEncodings, simulcastLayers } from '../../src/sdk/send-encodings.js';

describe('sendEncodings', () => {
  it('sends a 720p camera in three sizes, the smallest first', () => {
    const encodings = sendEncodings('camera', 'video', { widthPx: 1280, heightPx: 720 }, {});
    expect(encodings.map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy])).toEqual([
      ['q', 4],
      ['h', 2],
      ['f', 1],
    ]);
    const bitrates = encodings.map(({ maxBitrate }) => maxBitrate ?? 0);
    expect(bitrates).toEqual([...bitrates].sort((a, b) => a - b));
  });

  it('sends 640x360 in two, since a browser would drop the last of three', () => {
    const encodings = sendEncodings('camera', 'video', { widthPx: 640, heightPx: 360 }, {});
    expect(encodings.map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy])).toEqual([
      ['h', 2],
      ['f', 1],
    ]);
  });

  it('sends small captures, screens and calls without simulcast in one', () => {
    expect(sendEncodings('camera', 'video', { widthPx: 320, heightPx: 180 }, {})).toHaveLength(1);
    expect(sendEncodings('screen', 'video', { widthPx: 1920, heightPx: 1080 }, {})).toHaveLength(1);
    expect(sendEncodings('camera', 'video', { widthPx: 1280, heightPx: 720 }, { simulcast: false })).toHaveLength(1);
    expect(sendEncodings('camera', 'video', { widthPx: 320, heightPx: 180 }, {})[0]!.rid).toBeUndefined();
  });

  it('counts an upright phone as its lying twin', () => {
    expect(simulcastLayers(720, 1280)).toBe(simulcastLayers(1280, 720));
  });
});

describe('preferCodec', () => {
  it('puts the codec first and keeps the rest in order', () => {
    const codecs = ['video/VP8', 'video/rtx', 'video/H264', 'video/AV1'].map((mimeType) => ({ mimeType }));
    expect(preferCodec(codecs, 'av1').map(({ mimeType }) => mimeType)).toEqual([
      'video/AV1',
      'video/VP8',
      'video/rtx',
      'video/H264',
    ]);
  });
});

describe('filterCandidates', () => {
  const sdp = [
    'a=mid:0',
    'a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host',
    'a=candidate:2 1 TCP 1671430143 192.0.2.1 7000 typ host tcptype passive',
    'a=end-of-candidates',
    '',
  ].join('\r\n');

  it('leaves the candidates of one transport', () => {
    expect(filterCandidates(sdp, 'all')).toBe(sdp);
    expect(filterCandidates(sdp, 'tcp')).not.toContain('udp');
    expect(filterCandidates(sdp, 'tcp')).toContain('tcptype passive');
    expect(filterCandidates(sdp, 'udp')).not.toContain('passive');
    expect(filterCandidates(sdp, 'udp')).toContain('a=end-of-candidates');
  });
});
