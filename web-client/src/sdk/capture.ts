import { ParleyError, type ErrorCode } from './errors.js';

export interface MicrophoneOptions {
  readonly deviceId?: string | undefined;
}

export interface CameraOptions {
  readonly deviceId?: string | undefined;
  /** What to ask for; a camera that cannot gives what is nearest. */
  readonly widthPx?: number | undefined;
  readonly heightPx?: number | undefined;
  readonly frameRate?: number | undefined;
}

const DEFAULT_CAMERA = { widthPx: 1280, heightPx: 720, frameRate: 30 };

export async function captureMicrophone(options: MicrophoneOptions = {}): Promise<MediaStreamTrack> {
  return firstTrack(await capture({ audio: microphoneConstraints(options) }));
}

export async function captureCamera(options: CameraOptions = {}): Promise<MediaStreamTrack> {
  return asCamera(firstTrack(await capture({ video: cameraConstraints(options) })));
}

/** Both with one question to the user; fails when either cannot be had. */
export async function captureBoth(
  microphone: MicrophoneOptions,
  camera: CameraOptions,
): Promise<{ microphone: MediaStreamTrack; camera: MediaStreamTrack }> {
  const stream = await capture({ audio: microphoneConstraints(microphone), video: cameraConstraints(camera) });
  return {
    microphone: firstTrack(new MediaStream(stream.getAudioTracks())),
    camera: asCamera(firstTrack(new MediaStream(stream.getVideoTracks()))),
  };
}

function microphoneConstraints(options: MicrophoneOptions): MediaTrackConstraints {
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (options.deviceId) audio.deviceId = { exact: options.deviceId };
  return audio;
}

function cameraConstraints(options: CameraOptions): MediaTrackConstraints {
  const wanted = {
    widthPx: options.widthPx ?? DEFAULT_CAMERA.widthPx,
    heightPx: options.heightPx ?? DEFAULT_CAMERA.heightPx,
    frameRate: options.frameRate ?? DEFAULT_CAMERA.frameRate,
  };
  const video: MediaTrackConstraints = {
    width: { ideal: wanted.widthPx },
    height: { ideal: wanted.heightPx },
    frameRate: { ideal: wanted.frameRate },
  };
  if (options.deviceId) video.deviceId = { exact: options.deviceId };
  return video;
}

function asCamera(track: MediaStreamTrack): MediaStreamTrack {
  track.contentHint = 'motion';
  return track;
}

/** The screen that the user picks, and its sound where browser and user give it. */
export async function captureScreen(): Promise<{ video: MediaStreamTrack; audio: MediaStreamTrack | null }> {
  const devices = mediaDevices();
  if (!('getDisplayMedia' in devices)) {
    throw new ParleyError('unsupported-browser', 'this browser cannot share a screen');
  }
  try {
    const stream = await devices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: true,
    });
    const video = firstTrack(new MediaStream(stream.getVideoTracks()));
    video.contentHint = 'detail';
    return { video, audio: stream.getAudioTracks()[0] ?? null };
  } catch (cause) {
    // The browser does not tell a refusal from a closed picker; for a screen, both mean that the user chose not to.
    const error = captureError(cause);
    throw error.code === 'permission-denied'
      ? new ParleyError('capture-cancelled', 'no screen was chosen', { cause })
      : error;
  }
}

export interface Devices {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
}

/** The devices that there are. Before permission was given, browsers leave ids and labels empty. */
export async function listDevices(): Promise<Devices> {
  const devices = await mediaDevices().enumerateDevices();
  const known = devices.filter((device) => device.deviceId !== '');
  return {
    microphones: known.filter((device) => device.kind === 'audioinput'),
    cameras: known.filter((device) => device.kind === 'videoinput'),
  };
}

async function capture(constraints: MediaStreamConstraints): Promise<MediaStream> {
  try {
    return await mediaDevices().getUserMedia(constraints);
  } catch (cause) {
    throw captureError(cause);
  }
}

function mediaDevices(): MediaDevices {
  // Typed as always there, yet absent outside of secure contexts.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) {
    throw new ParleyError('insecure-context', 'the browser gives devices only to pages from https or localhost');
  }
  return devices;
}

function firstTrack(stream: MediaStream): MediaStreamTrack {
  const track = stream.getTracks()[0];
  if (!track) throw new ParleyError('capture-failed', 'the browser gave no track');
  return track;
}

/** Media Capture and Streams §10.3: what getUserMedia rejects with. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'permission-denied',
  SecurityError: 'permission-denied',
  NotFoundError: 'device-not-found',
  NotReadableError: 'device-in-use',
  AbortError: 'device-in-use',
  OverconstrainedError: 'device-unsuitable',
};

export function captureError(cause: unknown): ParleyError {
  if (cause instanceof ParleyError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ParleyError(CODES[name] ?? 'capture-failed', message || name, { cause });
}
