import { ParleyError } from './errors.js';
import { HeaderExtensions } from './header-extensions.js';
import type { LocalTrack } from './local-track.js';
import { MediaWatch, type MediaWatchHooks } from './media-watch.js';
import type { MediaKind, TrackAnnouncement, TrackSource } from './protocol.js';
import { preferCodec, sendEncodings, type PublishOptions } from './send-encodings.js';
import type { Slot, SlotPair } from './slot-pool.js';

/** `relay` sends all media through a TURN server. */
export type IceTransport = 'all' | 'udp' | 'tcp' | 'relay';

/** A slot with the transceiver behind it. */
export interface MediaSlot extends Slot {
  readonly kind: MediaKind;
  readonly transceiver: RTCRtpTransceiver;
}

export type MediaSlotPair = SlotPair<MediaSlot>;

interface Sending {
  readonly track: LocalTrack;
  readonly transceiver: RTCRtpTransceiver;
  readonly stopListening: () => void;
}

/**
 * `MediaConnection`: the one RTCPeerConnection of a session. It always offers: sendonly sections for what is published,
 * recvonly sections in audio and video pairs for the slots.
 */
export class MediaConnection {
  readonly watch: MediaWatch;
  readonly #extensions = new HeaderExtensions();
  readonly #sending: Sending[] = [];
  /** Every sending section that there is, in use or not. */
  readonly #senders: { readonly source: TrackSource; readonly transceiver: RTCRtpTransceiver }[] = [];
  /** Pairs that no answer has confirmed yet cannot take a track. */
  #unconfirmedPairs: MediaSlotPair[] = [];

  constructor(
    readonly peer: RTCPeerConnection,
    hooks: MediaWatchHooks,
    private readonly iceTransport: IceTransport = 'all',
  ) {
    this.watch = new MediaWatch(hooks);
    const update = (): void => this.watch.update(peer.iceConnectionState, peer.connectionState);
    peer.oniceconnectionstatechange = update;
    peer.onconnectionstatechange = update;
  }

  /** Adds a sending section, which the next offer tells of. */
  addTrack(track: LocalTrack, options: PublishOptions): void {
    const transceiver = this.#reusableSender(track) ?? this.#createSender(track, options);
    const stopListening = track.on('replaced', (next) => void this.#replace(transceiver, next));
    this.#sending.push({ track, transceiver, stopListening });
  }

  /** Stops sending; the section turns inactive with the next offer and is used again for the same source. */
  removeTrack(track: LocalTrack): void {
    const index = this.#sending.findIndex((sending) => sending.track === track);
    const [sending] = index < 0 ? [] : this.#sending.splice(index, 1);
    if (!sending) return;
    sending.stopListening();
    if (this.peer.signalingState === 'closed') return;
    if (sending.transceiver.currentDirection === null) {
      // No answer ever confirmed it.
      sending.transceiver.stop();
      return;
    }
    sending.transceiver.direction = 'inactive';
    void this.#replace(sending.transceiver, null);
  }

  /** Sends only some encodings of what is published in a section; those are the only ones that anybody takes. */
  async sendOnly(mid: string, encodings: readonly { readonly rid: string; readonly active: boolean }[]): Promise<void> {
    const sender = this.#sending.find(({ transceiver }) => transceiver.mid === mid)?.transceiver.sender;
    if (!sender) return;
    const parameters = sender.getParameters();
    let changes = false;
    for (const encoding of parameters.encodings) {
      const active = encodings.find(({ rid }) => rid === encoding.rid)?.active ?? true;
      changes ||= encoding.active !== active;
      encoding.active = active;
    }
    // A sender that has been stopped meanwhile refuses, and need not be told.
    if (changes) await sender.setParameters(parameters).catch(() => undefined);
  }

  midOf(track: LocalTrack): string | null {
    return this.#sending.find((sending) => sending.track === track)?.transceiver.mid ?? null;
  }

  addSlotPairs(count: number): void {
    for (let i = 0; i < count; i++) {
      const audio = this.#addTransceiver('audio', 'audio', { direction: 'recvonly' });
      const video = this.#addTransceiver('video', 'video', { direction: 'recvonly' });
      this.#unconfirmedPairs.push({
        audio: { kind: 'audio', transceiver: audio },
        video: { kind: 'video', transceiver: video },
      });
    }
  }

  async createOffer(options: { iceRestart?: boolean } = {}): Promise<{ sdp: string; tracks: TrackAnnouncement[] }> {
    if (options.iceRestart) this.peer.restartIce();
    await this.peer.setLocalDescription(await this.peer.createOffer());
    const sdp = this.peer.localDescription?.sdp;
    if (!sdp) throw new ParleyError('bad-sdp', 'the browser made no offer');
    return { sdp, tracks: this.#announcements() };
  }

  /** Takes the answer in, and returns the slot pairs that are usable from now on. */
  async applyAnswer(sdp: string): Promise<MediaSlotPair[]> {
    await this.peer.setRemoteDescription({ type: 'answer', sdp: filterCandidates(sdp, this.iceTransport) });
    const usable = (slot: MediaSlot): boolean => slot.transceiver.mid !== null;
    const confirmed = this.#unconfirmedPairs.filter((pair) => usable(pair.audio) && usable(pair.video));
    this.#unconfirmedPairs = this.#unconfirmedPairs.filter((pair) => !confirmed.includes(pair));
    return confirmed;
  }

  /** Takes an offer back that the server refused, and the slots that came with it. */
  async rollback(): Promise<void> {
    if (this.peer.signalingState === 'have-local-offer') {
      await this.peer.setLocalDescription({ type: 'rollback' });
    }
    for (const { audio, video } of this.#unconfirmedPairs.splice(0)) {
      audio.transceiver.stop();
      video.transceiver.stop();
    }
  }

  close(): void {
    this.watch.close();
    for (const sending of this.#sending.splice(0)) sending.stopListening();
    this.peer.oniceconnectionstatechange = null;
    this.peer.onconnectionstatechange = null;
    this.peer.close();
  }

  #reusableSender(track: LocalTrack): RTCRtpTransceiver | undefined {
    const inUse = new Set(this.#sending.map((sending) => sending.transceiver));
    const free = this.#senders.find(
      ({ source, transceiver }) => source === track.source && !inUse.has(transceiver) && !isStopped(transceiver),
    );
    if (!free) return undefined;
    free.transceiver.direction = 'sendonly';
    void this.#replace(free.transceiver, track.mediaStreamTrack);
    return free.transceiver;
  }

  #createSender(track: LocalTrack, options: PublishOptions): RTCRtpTransceiver {
    const settings = track.mediaStreamTrack?.getSettings();
    const size =
      settings?.width && settings.height ? { widthPx: settings.width, heightPx: settings.height } : null;
    const transceiver = this.#addTransceiver(track.kind, track.mediaStreamTrack ?? track.kind, {
      direction: 'sendonly',
      sendEncodings: sendEncodings(track.source, track.kind, size, options),
    });
    // Firefox has setCodecPreferences since 128 only.
    if (track.kind === 'video' && options.codec && 'setCodecPreferences' in transceiver) {
      const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
      transceiver.setCodecPreferences(preferCodec(codecs, options.codec));
    }
    this.#senders.push({ source: track.source, transceiver });
    return transceiver;
  }

  #addTransceiver(
    kind: MediaKind,
    trackOrKind: MediaStreamTrack | MediaKind,
    init: RTCRtpTransceiverInit,
  ): RTCRtpTransceiver {
    const transceiver = this.peer.addTransceiver(trackOrKind, init);
    this.#extensions.added(kind, transceiver);
    return transceiver;
  }

  async #replace(transceiver: RTCRtpTransceiver, track: MediaStreamTrack | null): Promise<void> {
    try {
      await transceiver.sender.replaceTrack(track);
    } catch {
      // Rejects when the connection closes meanwhile; then nothing is sent anyway.
    }
  }

  #announcements(): TrackAnnouncement[] {
    return this.#sending.flatMap(({ track, transceiver }) =>
      transceiver.mid === null ? [] : [{ mid: transceiver.mid, source: track.source }],
    );
  }
}

function isStopped(transceiver: RTCRtpTransceiver): boolean {
  return transceiver.currentDirection === 'stopped';
}

/** Leaves only the server's candidates of one transport in an answer: for networks, and tests, that want just that. */
export function filterCandidates(sdp: string, transport: IceTransport): string {
  if (transport === 'all' || transport === 'relay') return sdp;
  // RFC 8839 §5.1: foundation, component, transport.
  const other = transport === 'udp' ? /^a=candidate:\S+ \d+ tcp .*\r\n/gim : /^a=candidate:\S+ \d+ udp .*\r\n/gim;
  return sdp.replace(other, '');
}
