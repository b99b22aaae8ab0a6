import { describe, expect, it } from 'vitest';
import { HeaderExtensions } from '../../src/sdk/header-extensions.js';

const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';

/** A transceiver as Chromium makes it: with what is left of the extensions. */
class FakeTransceiver {
  constructor(public extensions: readonly { readonly uri: string; readonly direction: string }[]) {}

  getHeaderExtensionsToNegotiate() {
    return [...this.extensions];
  }

  setHeaderExtensionsToNegotiate(extensions: readonly { readonly uri: string; readonly direction: string }[]): void {
    this.extensions = extensions;
  }

  asTransceiver(): RTCRtpTransceiver {
    return this as unknown as RTCRtpTransceiver;
  }
}

describe('HeaderExtensions', () => {
  it('gives later sections what the first one of their kind offered', () => {
    const extensions = new HeaderExtensions();
    const slot = new FakeTransceiver([{ uri: RID, direction: 'sendrecv' }]);
    const microphone = new FakeTransceiver([]);
    const camera = new FakeTransceiver([{ uri: RID, direction: 'stopped' }]);
    extensions.added('video', slot.asTransceiver());
    extensions.added('audio', microphone.asTransceiver());
    extensions.added('video', camera.asTransceiver());
    expect(camera.extensions).toEqual([{ uri: RID, direction: 'sendrecv' }]);
    expect(microphone.extensions).toEqual([]);
  });

  it('leaves browsers without such methods alone', () => {
    expect(() => new HeaderExtensions().added('video', {} as RTCRtpTransceiver)).not.toThrow();
  });
});
