import type { MediaKind, TrackSource } from './protocol.js';

/** The path that media takes, from the selected candidate pair and its DTLS transport. */
export interface TransportStats {
  readonly protocol: string;
  readonly localCandidateType: string;
  readonly remoteAddress: string;
  readonly rttMs: number | null;
  readonly dtlsState: string;
  readonly srtpCipher: string;
  readonly dtlsVersion: string;
  readonly availableOutgoingBitrateBps: number | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** One layer of a published track, or the whole when it has no layers. Counters run from the start of the connection. */
export interface SentLayerStats {
  readonly rid: string | null;
  readonly codec: string;
  readonly active: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesEncoded: number;
  readonly framesSent: number;
  readonly keyFramesEncoded: number;
  readonly framesPerSecond: number;
  readonly bytesSent: number;
  readonly packetsSent: number;
  readonly packetsRetransmitted: number;
  readonly nackCount: number;
  readonly pliCount: number;
  readonly targetBitrateBps: number;
  readonly qualityLimitation: string;
}

export interface SentTrackStats {
  readonly trackId: string | null;
  readonly mid: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly layers: readonly SentLayerStats[];
}

/** One subscribed track. Counters run from the start of the slot, which may have carried other tracks before. */
export interface ReceivedTrackStats {
  readonly participantId: string;
  readonly identity: string;
  readonly trackId: string;
  readonly mid: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly codec: string;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly jitterMs: number;
  readonly nackCount: number;
  readonly pliCount: number;
  readonly packetsRetransmitted: number;
  readonly framesReceived: number;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly keyFramesDecoded: number;
  readonly framesPerSecond: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly freezeCount: number;
  readonly totalFreezesMs: number;
  readonly totalAudioEnergy: number;
  readonly concealedSamples: number;
  readonly totalSamplesReceived: number;
}

export interface RoomStats {
  readonly timestampMs: number;
  readonly transport: TransportStats | null;
  readonly sent: readonly SentTrackStats[];
  readonly received: readonly ReceivedTrackStats[];
}

export interface SentTrackKey {
  readonly trackId: string | null;
  readonly mid: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
}

export interface ReceivedTrackKey extends SentTrackKey {
  readonly trackId: string;
  readonly participantId: string;
  readonly identity: string;
}

/** One entry of a report (webrtc-stats), whose fields differ by its type and by browser. */
class Entry {
  constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  number(name: string): number {
    const value = this.fields[name];
    return typeof value === 'number' ? value : 0;
  }

  numberOrNull(name: string): number | null {
    const value = this.fields[name];
    return typeof value === 'number' ? value : null;
  }

  text(name: string): string {
    const value = this.fields[name];
    return typeof value === 'string' ? value : '';
  }

  get active(): boolean {
    return this.fields['active'] !== false;
  }
}

/** Sums a report up by track. */
export function summarise(
  report: RTCStatsReport,
  sent: readonly SentTrackKey[],
  received: readonly ReceivedTrackKey[],
): RoomStats {
  const entries = new Map<string, Entry>();
  report.forEach((value: Record<string, unknown>, id: string) => entries.set(id, new Entry(value)));
  const all = [...entries.values()];
  const codecOf = (entry: Entry): string => entries.get(entry.text('codecId'))?.text('mimeType').split('/')[1] ?? '';
  const ofType = (type: string): Entry[] => all.filter((entry) => entry.text('type') === type);
  const outbound = ofType('outbound-rtp');
  const inbound = ofType('inbound-rtp');
  return {
    timestampMs: Date.now(),
    transport: transportStats(entries, ofType('transport')[0]),
    sent: sent.map((key) => ({
      ...key,
      layers: outbound.filter((entry) => entry.text('mid') === key.mid).map((entry) => layerStats(entry, codecOf(entry))),
    })),
    received: received.flatMap((key) => {
      const entry = inbound.find((candidate) => candidate.text('mid') === key.mid);
      return entry ? [receivedStats(key, entry, codecOf(entry))] : [];
    }),
  };
}

function transportStats(entries: ReadonlyMap<string, Entry>, transport: Entry | undefined): TransportStats | null {
  if (!transport) return null;
  const pair = entries.get(transport.text('selectedCandidatePairId'));
  const local = pair && entries.get(pair.text('localCandidateId'));
  const remote = pair && entries.get(pair.text('remoteCandidateId'));
  const rttSeconds = pair?.numberOrNull('currentRoundTripTime') ?? null;
  return {
    protocol: local?.text('protocol') ?? '',
    localCandidateType: local?.text('candidateType') ?? '',
    remoteAddress: remote ? `${remote.text('address')}:${remote.number('port')}` : '',
    rttMs: rttSeconds === null ? null : rttSeconds * 1000,
    dtlsState: transport.text('dtlsState'),
    srtpCipher: transport.text('srtpCipher'),
    dtlsVersion: transport.text('tlsVersion'),
    availableOutgoingBitrateBps: pair?.numberOrNull('availableOutgoingBitrate') ?? null,
    bytesSent: transport.number('bytesSent'),
    bytesReceived: transport.number('bytesReceived'),
  };
}

function layerStats(entry: Entry, codec: string): SentLayerStats {
  return {
    rid: entry.text('rid') || null,
    codec,
    active: entry.active,
    widthPx: entry.number('frameWidth'),
    heightPx: entry.number('frameHeight'),
    framesEncoded: entry.number('framesEncoded'),
    framesSent: entry.number('framesSent'),
    keyFramesEncoded: entry.number('keyFramesEncoded'),
    framesPerSecond: entry.number('framesPerSecond'),
    bytesSent: entry.number('bytesSent'),
    packetsSent: entry.number('packetsSent'),
    packetsRetransmitted: entry.number('retransmittedPacketsSent'),
    nackCount: entry.number('nackCount'),
    pliCount: entry.number('pliCount'),
    targetBitrateBps: entry.number('targetBitrate'),
    qualityLimitation: entry.text('qualityLimitationReason'),
  };
}

function receivedStats(key: ReceivedTrackKey, entry: Entry, codec: string): ReceivedTrackStats {
  return {
    ...key,
    codec,
    packetsReceived: entry.number('packetsReceived'),
    packetsLost: entry.number('packetsLost'),
    bytesReceived: entry.number('bytesReceived'),
    jitterMs: entry.number('jitter') * 1000,
    nackCount: entry.number('nackCount'),
    pliCount: entry.number('pliCount'),
    packetsRetransmitted: entry.number('retransmittedPacketsReceived'),
    framesReceived: entry.number('framesReceived'),
    framesDecoded: entry.number('framesDecoded'),
    framesDropped: entry.number('framesDropped'),
    keyFramesDecoded: entry.number('keyFramesDecoded'),
    framesPerSecond: entry.number('framesPerSecond'),
    widthPx: entry.number('frameWidth'),
    heightPx: entry.number('frameHeight'),
    freezeCount: entry.number('freezeCount'),
    totalFreezesMs: entry.number('totalFreezesDuration') * 1000,
    totalAudioEnergy: entry.number('totalAudioEnergy'),
    concealedSamples: entry.number('concealedSamples'),
    totalSamplesReceived: entry.number('totalSamplesReceived'),
  };
}
