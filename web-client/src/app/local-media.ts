import { listDevices, LocalTrack, type CameraOptions, type Devices } from '../sdk/index.js';
import { recall, remember } from './preferences.js';

export type Device = 'microphone' | 'camera';

export interface LocalMediaOptions {
  readonly audio: boolean;
  readonly video: boolean;
  readonly camera: CameraOptions;
}

/** `LocalMedia`: one's own microphone and camera from the lobby into the call, and what went wrong with them. */
export class LocalMedia {
  readonly tracks: Record<Device, LocalTrack | null> = { microphone: null, camera: null };
  readonly errors: Record<Device, unknown> = { microphone: null, camera: null };
  devices: Devices = { microphones: [], cameras: [] };
  starting = false;
  readonly #listeners = new Set<() => void>();
  /** Toggles of one device wait for each other, so that the last one wins. */
  readonly #queue: Record<Device, Promise<void>> = { microphone: Promise.resolve(), camera: Promise.resolve() };

  constructor(private readonly options: LocalMediaOptions) {
    // Absent outside of secure contexts.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    devices?.addEventListener('devicechange', () => void this.#refreshDevices());
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isOn(device: Device): boolean {
    const track = this.tracks[device];
    return track !== null && track.isLive && !track.muted;
  }

  /** Captures what is wanted; failures are kept in `errors`, one for each device. */
  async start(): Promise<void> {
    const { audio, video } = this.options;
    this.starting = true;
    this.#changed();
    try {
      if (audio && video) await this.#startBoth();
      else if (audio) await this.#capture('microphone');
      else if (video) await this.#capture('camera');
    } finally {
      this.starting = false;
      await this.#refreshDevices();
    }
  }

  /** Turns a device on or off. Its failure is kept in `errors` and thrown. */
  setOn(device: Device, on: boolean): Promise<void> {
    const next = this.#queue[device].then(() => this.#setOn(device, on));
    this.#queue[device] = next.catch(() => undefined);
    return next;
  }

  /** Uses another device from now on. */
  async choose(device: Device, deviceId: string): Promise<void> {
    remember(device, deviceId);
    this.errors[device] = null;
    try {
      await this.tracks[device]?.switchDevice(deviceId);
    } catch (error) {
      this.errors[device] = error;
    }
    this.#changed();
  }

  stop(): void {
    for (const device of ['microphone', 'camera'] as const) {
      this.tracks[device]?.stop();
      this.tracks[device] = null;
    }
    this.#changed();
  }

  async #startBoth(): Promise<void> {
    try {
      const both = await LocalTrack.microphoneAndCamera(this.#chosen('microphone'), this.#cameraOptions());
      this.#adopt('microphone', both.microphone);
      this.#adopt('camera', both.camera);
    } catch {
      // One of them is missing or refused: the other may still be had.
      await Promise.allSettled([this.#capture('microphone'), this.#capture('camera')]);
    }
  }

  async #setOn(device: Device, on: boolean): Promise<void> {
    const track = this.tracks[device];
    if (!on) {
      track?.mute();
    } else if (!track) {
      await this.#capture(device);
      if (this.errors[device] !== null) throw this.errors[device];
      await this.#refreshDevices();
    } else {
      try {
        this.errors[device] = null;
        await track.unmute();
      } catch (error) {
        this.errors[device] = error;
        throw error;
      } finally {
        this.#changed();
      }
    }
    this.#changed();
  }

  async #capture(device: Device): Promise<void> {
    this.errors[device] = null;
    try {
      this.#adopt(device, await this.#captureChosen(device));
    } catch (error) {
      this.errors[device] = error;
    }
    this.#changed();
  }

  async #captureChosen(device: Device): Promise<LocalTrack> {
    const capture = (deviceId: string | undefined): Promise<LocalTrack> =>
      device === 'microphone'
        ? LocalTrack.microphone({ deviceId })
        : LocalTrack.camera({ ...this.options.camera, deviceId });
    const { deviceId } = this.#chosen(device);
    try {
      return await capture(deviceId);
    } catch (error) {
      // The remembered device may be gone.
      if (deviceId === undefined) throw error;
      return capture(undefined);
    }
  }

  #adopt(device: Device, track: LocalTrack): void {
    this.tracks[device]?.stop();
    this.tracks[device] = track;
    track.on('muted', () => this.#changed());
    track.on('replaced', () => this.#changed());
    track.on('ended', () => {
      track.mute();
      this.#changed();
    });
    this.#changed();
  }

  #chosen(device: Device): { deviceId: string | undefined } {
    return { deviceId: recall(device) ?? undefined };
  }

  #cameraOptions(): CameraOptions {
    return { ...this.options.camera, ...this.#chosen('camera') };
  }

  async #refreshDevices(): Promise<void> {
    try {
      this.devices = await listDevices();
    } catch {
      this.devices = { microphones: [], cameras: [] };
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
