import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../src/sdk/deferred.js';
import { LocalTrack } from '../../src/sdk/local-track.js';
import { fakeMediaStreamTrack } from './fakes.js';

/** Devices that give a new track for each request, or fail as told. */
class FakeDevices {
  readonly requests: MediaStreamConstraints[] = [];
  readonly captured: MediaStreamTrack[] = [];
  fail: (constraints: MediaStreamConstraints) => Error | null = () => null;
  gate: Promise<void> = Promise.resolve();

  async getUserMedia(constraints: MediaStreamConstraints): Promise<{ getTracks(): MediaStreamTrack[] }> {
    this.requests.push(constraints);
    await this.gate;
    const error = this.fail(constraints);
    if (error) throw error;
    const track = fakeMediaStreamTrack(constraints.video ? 'video' : 'audio', { deviceId: `d${this.requests.length}` });
    this.captured.push(track);
    return { getTracks: () => [track] };
  }
}

function deviceAsked(constraints: MediaStreamConstraints): unknown {
  const wanted = (constraints.video ?? constraints.audio) as MediaTrackConstraints;
  return (wanted.deviceId as ConstrainDOMStringParameters | undefined)?.exact;
}

describe('LocalTrack', () => {
  let devices: FakeDevices;
  beforeEach(() => {
    devices = new FakeDevices();
    vi.stubGlobal('navigator', { mediaDevices: devices });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('stops a muted camera, and takes the same one again', async () => {
    const camera = await LocalTrack.camera();
    const replaced = vi.fn();
    camera.on('replaced', replaced);
    camera.mute();
    expect(devices.captured[0]!.readyState).toBe('ended');
    expect(camera.mediaStreamTrack).toBeNull();
    await camera.unmute();
    expect(deviceAsked(devices.requests[1]!)).toBe('d1');
    expect(camera.mediaStreamTrack).toBe(devices.captured[1]);
    expect(camera.muted).toBe(false);
    expect(replaced.mock.calls).toEqual([[null], [devices.captured[1]]]);
  });

  it('stays muted when the camera cannot be had again', async () => {
    const camera = await LocalTrack.camera();
    camera.mute();
    devices.fail = () => new DOMException('busy', 'NotReadableError');
    await expect(camera.unmute()).rejects.toMatchObject({ code: 'device-in-use' });
    expect(camera.muted).toBe(true);
  });

  it('takes any other camera when the one before is gone', async () => {
    const camera = await LocalTrack.camera();
    camera.mute();
    devices.fail = (constraints) => (deviceAsked(constraints) ? new DOMException('gone', 'OverconstrainedError') : null);
    await camera.unmute();
    expect(camera.isLive).toBe(true);
  });

  it('keeps a muted microphone, which sends silence', async () => {
    const microphone = await LocalTrack.microphone();
    microphone.mute();
    expect(microphone.isLive).toBe(true);
    expect(microphone.mediaStreamTrack!.enabled).toBe(false);
    await microphone.unmute();
    expect(microphone.mediaStreamTrack!.enabled).toBe(true);
    expect(devices.requests).toHaveLength(1);
  });

  it('stays silent when a muted microphone is changed for another', async () => {
    const microphone = await LocalTrack.microphone();
    microphone.mute();
    await microphone.switchDevice('other');
    expect(deviceAsked(devices.requests[1]!)).toBe('other');
    expect(microphone.mediaStreamTrack!.enabled).toBe(false);
    expect(devices.captured[0]!.readyState).toBe('ended');
  });

  it('drops a capture that comes after it was muted again', async () => {
    const camera = await LocalTrack.camera();
    camera.mute();
    const gate = deferred<void>();
    devices.gate = gate.promise;
    const unmuting = camera.unmute();
    camera.mute();
    gate.resolve();
    await unmuting;
    expect(camera.muted).toBe(true);
    expect(devices.captured[1]!.readyState).toBe('ended');
  });

  it('tells when the device goes away, but not when it is stopped on purpose', async () => {
    const microphone = await LocalTrack.microphone();
    const ended = vi.fn();
    microphone.on('ended', ended);
    devices.captured[0]!.onended?.(new Event('ended'));
    expect(ended).toHaveBeenCalledTimes(1);
    const track = microphone.mediaStreamTrack!;
    microphone.stop();
    track.onended?.(new Event('ended'));
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('says so on pages that get no devices', async () => {
    vi.stubGlobal('navigator', {});
    await expect(LocalTrack.camera()).rejects.toMatchObject({ code: 'insecure-context' });
  });
});
