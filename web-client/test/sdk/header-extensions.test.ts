import { describe, expect, it } from 'vitest';
import { HeaderExtensions } from '../../src/sdk/header-extensions.js';

const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const DESCRIPTOR = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/** A transceiver as Chromium makes it: with what is left of the extensions. */
class FakeTransceiver {
  constructor(
    public extensions: readonly { readonly uri: string; readonly direction: string }[],
    readonly direction: RTCRtpTransceiverDirection = 'sendonly',
  ) {}

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

  it('offers the dependency descriptor in slots, which cannot decode layers of AV1 without', () => {
    const extensions = new HeaderExtensions();
    const stopped = [{ uri: DESCRIPTOR, direction: 'stopped' }];
    const sound = new FakeTransceiver([], 'recvonly');
    const slot = new FakeTransceiver(stopped, 'recvonly');
    const nextSlot = new FakeTransceiver(stopped, 'recvonly');
    const camera = new FakeTransceiver(stopped);
    extensions.added('audio', sound.asTransceiver());
    extensions.added('video', slot.asTransceiver());
    extensions.added('video', nextSlot.asTransceiver());
    extensions.added('video', camera.asTransceiver());
    expect(sound.extensions).toEqual([]);
    expect(slot.extensions).toEqual([{ uri: DESCRIPTOR, direction: 'sendrecv' }]);
    expect(nextSlot.extensions).toEqual([{ uri: DESCRIPTOR, direction: 'sendrecv' }]);
    expect(camera.extensions).toEqual(stopped);
  });

  it('leaves a section what it has of its own, as one that sends layers does', () => {
    const extensions = new HeaderExtensions();
    const plain = new FakeTransceiver([{ uri: DESCRIPTOR, direction: 'stopped' }]);
    const layered = new FakeTransceiver([{ uri: DESCRIPTOR, direction: 'sendrecv' }]);
    extensions.added('video', plain.asTransceiver());
    extensions.added('video', layered.asTransceiver());
    expect(layered.extensions).toEqual([{ uri: DESCRIPTOR, direction: 'sendrecv' }]);
  });

  it('leaves browsers without such methods alone', () => {
    expect(() => new HeaderExtensions().added('video', {} as RTCRtpTransceiver)).not.toThrow();
  });
});
