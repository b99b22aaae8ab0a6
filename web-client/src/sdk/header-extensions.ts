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

/**
 * `HeaderExtensions`: keeps every section of a connection offering the same header extensions. Chromium 156 gives a new
 * transceiver only those that the answers so far have accepted for its kind. So a camera turned on in a later offer would
 * lack the rid extension, which slots have no use for, and setLocalDescription would refuse its simulcast.
 */
export class HeaderExtensions {
  readonly #defaults = new Map<MediaKind, readonly HeaderExtension[]>();

  /** To be called with each transceiver as it is added. */
  added(kind: MediaKind, transceiver: RTCRtpTransceiver): void {
    const control: RTCRtpTransceiver & Partial<ExtensionControl> = transceiver;
    if (!control.getHeaderExtensionsToNegotiate || !control.setHeaderExtensionsToNegotiate) return;
    const defaults = this.#defaults.get(kind);
    if (defaults) control.setHeaderExtensionsToNegotiate(defaults);
    else this.#defaults.set(kind, control.getHeaderExtensionsToNegotiate());
  }
}
