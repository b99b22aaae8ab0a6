import type { MediaKind } from './protocol.js';

/** A header extension that an offer may have (WebRTC Extensions §5.2); only Chromium has the methods so far. */
interface HeaderExtension {
  readonly uri: string;
  readonly direction: RTCRtpTransceiverDirection;
}

interface ExtensionControl {
  getHeaderExtensionsToNegotiate(): HeaderExtension[];
  setHeaderExtensionsToNegotiate(extensions: readonly HeaderExtension[]): void;
}

/** Tells of each frame what it refers to and of which layers it is (AV1 RTP specification, appendix A). */
const DEPENDENCY_DESCRIPTOR = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/**
 * `HeaderExtensions`: what header extensions the sections of a connection offer. Chromium 156 gives a new transceiver only
 * those that the answers so far have accepted for its kind. So a camera turned on in a later offer would lack the rid
 * extension, which slots have no use for, and setLocalDescription would refuse its simulcast. Those of the first section
 * of a kind are therefore offered in all, besides what a section has of its own.
 *
 * Slots offer the dependency descriptor too, which Chromium has only where something is sent in layers: without it a
 * receiver cannot put pictures of AV1 together that have several spatial layers, and shows none.
 */
export class HeaderExtensions {
  readonly #defaults = new Map<MediaKind, readonly HeaderExtension[]>();

  /** To be called with each transceiver as it is added. */
  added(kind: MediaKind, transceiver: RTCRtpTransceiver): void {
    const control: RTCRtpTransceiver & Partial<ExtensionControl> = transceiver;
    if (!control.getHeaderExtensionsToNegotiate || !control.setHeaderExtensionsToNegotiate) return;
    const own = control.getHeaderExtensionsToNegotiate();
    const defaults = this.#defaults.get(kind) ?? own;
    this.#defaults.set(kind, defaults);
    const offered = new Set([...defaults, ...own].filter(isOffered).map(({ uri }) => uri));
    if (transceiver.direction === 'recvonly') offered.add(DEPENDENCY_DESCRIPTOR);
    control.setHeaderExtensionsToNegotiate(
      own.map((extension) => (!isOffered(extension) && offered.has(extension.uri) ? { ...extension, direction: 'sendrecv' } : extension)),
    );
  }
}

function isOffered({ direction }: HeaderExtension): boolean {
  return direction !== 'stopped';
}
