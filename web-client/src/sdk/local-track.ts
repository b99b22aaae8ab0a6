import {
  captureBoth,
  captureCamera,
  captureMicrophone,
  captureScreen,
  type CameraOptions,
  type MicrophoneOptions,
} from './capture.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import type { MediaKind, TrackSource } from './protocol.js';

export interface LocalTrackEvents {
  /** Another MediaStreamTrack, or none, is behind this track. */
  replaced: MediaStreamTrack | null;
  muted: boolean;
  /** The device went away, or the user stopped sharing in the browser's own controls. */
  ended: void;
}

type Capture = (deviceId: string | undefined) => Promise<MediaStreamTrack>;

/**
 * `LocalTrack`: what this browser captures, from preview to publication. A muted microphone goes on capturing silence,
 * so that it is back at once; a muted camera is stopped, so that its light goes out.
 */
export class LocalTrack extends Emitter<LocalTrackEvents> {
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly #capture: Capture | null;
  #lastDeviceId: string | undefined;
  #mediaStreamTrack: MediaStreamTrack | null = null;
  #muted = false;
  /** Captures still under way when the track is stopped or muted again are dropped by their number. */
  #generation = 0;

  /** Wraps a track that the caller captured. It can be muted, but not captured again. */
  constructor(source: TrackSource, track: MediaStreamTrack, capture: Capture | null = null) {
    super();
    this.kind = track.kind === 'audio' ? 'audio' : 'video';
    this.source = source;
    this.#capture = capture;
    this.#use(track);
  }

  static async microphone(options: MicrophoneOptions = {}): Promise<LocalTrack> {
    return new LocalTrack('microphone', await captureMicrophone(options), recaptureMicrophone(options));
  }

  static async camera(options: CameraOptions = {}): Promise<LocalTrack> {
    return new LocalTrack('camera', await captureCamera(options), recaptureCamera(options));
  }

  /** Both with one question to the user; fails when either cannot be had. */
  static async microphoneAndCamera(
    microphone: MicrophoneOptions = {},
    camera: CameraOptions = {},
  ): Promise<{ microphone: LocalTrack; camera: LocalTrack }> {
    const captured = await captureBoth(microphone, camera);
    return {
      microphone: new LocalTrack('microphone', captured.microphone, recaptureMicrophone(microphone)),
      camera: new LocalTrack('camera', captured.camera, recaptureCamera(camera)),
    };
  }

  /** The screen, and its sound if there is any. */
  static async screen(): Promise<LocalTrack[]> {
    const { video, audio } = await captureScreen();
    const tracks = [new LocalTrack('screen', video)];
    if (audio) tracks.push(new LocalTrack('screen-audio', audio));
    return tracks;
  }

  /** Null while a camera is off. */
  get mediaStreamTrack(): MediaStreamTrack | null {
    return this.#mediaStreamTrack;
  }

  get muted(): boolean {
    return this.#muted;
  }

  get deviceId(): string | undefined {
    return this.#mediaStreamTrack?.getSettings().deviceId ?? this.#lastDeviceId;
  }

  mute(): void {
    this.#generation += 1;
    if (this.source === 'camera' && this.#capture) this.#use(null);
    else if (this.#mediaStreamTrack) this.#mediaStreamTrack.enabled = false;
    this.#setMuted(true);
  }

  /** Rejects with a ParleyError when a camera that was off cannot be had again. */
  async unmute(): Promise<void> {
    if (!this.isLive) {
      if (!(await this.#recaptureSame())) return;
    } else if (this.#mediaStreamTrack) {
      this.#mediaStreamTrack.enabled = true;
    }
    this.#setMuted(false);
  }

  /** Captures from another device; while muted, a camera only remembers it. */
  async switchDevice(deviceId: string): Promise<void> {
    if (this.#muted && this.source === 'camera') {
      this.#lastDeviceId = deviceId;
      return;
    }
    await this.#recapture(deviceId);
  }

  stop(): void {
    this.#generation += 1;
    this.#use(null);
  }

  get isLive(): boolean {
    return this.#mediaStreamTrack?.readyState === 'live';
  }

  /** From the device as before, or from any when that is gone. */
  async #recaptureSame(): Promise<boolean> {
    const { deviceId } = this;
    try {
      return await this.#recapture(deviceId);
    } catch (error) {
      const isGone = error instanceof ParleyError && ['device-not-found', 'device-unsuitable'].includes(error.code);
      if (deviceId === undefined || !isGone) throw error;
      return this.#recapture(undefined);
    }
  }

  /** Whether the capture arrived and is in use; false when it came too late to be wanted. */
  async #recapture(deviceId: string | undefined): Promise<boolean> {
    if (!this.#capture) return false;
    const generation = ++this.#generation;
    // Some systems open a camera once only: the old track goes first.
    if (this.kind === 'video') this.#mediaStreamTrack?.stop();
    const track = await this.#capture(deviceId);
    if (generation !== this.#generation) {
      track.stop();
      return false;
    }
    track.enabled = this.kind === 'video' || !this.#muted;
    this.#use(track);
    return true;
  }

  #use(track: MediaStreamTrack | null): void {
    const previous = this.#mediaStreamTrack;
    if (previous === track) return;
    this.#mediaStreamTrack = track;
    if (previous) {
      this.#lastDeviceId = previous.getSettings().deviceId ?? this.#lastDeviceId;
      previous.onended = null;
      previous.stop();
    }
    if (track) {
      track.onended = () => {
        if (this.#mediaStreamTrack === track) this.emit('ended', undefined);
      };
    }
    this.emit('replaced', track);
  }

  #setMuted(muted: boolean): void {
    if (this.#muted === muted) return;
    this.#muted = muted;
    this.emit('muted', muted);
  }
}

function recaptureMicrophone(options: MicrophoneOptions): Capture {
  return (deviceId) => captureMicrophone({ ...options, deviceId });
}

function recaptureCamera(options: CameraOptions): Capture {
  return (deviceId) => captureCamera({ ...options, deviceId });
}
