import { useEffect, useRef, useState } from 'preact/hooks';
import type { LocalTrack, RemoteTrack } from '../sdk/index.js';

interface Props {
  readonly track: LocalTrack | RemoteTrack;
  readonly label: string;
  readonly mirrored?: boolean;
}

/** Shows a video track, from its first new picture on: never the last one of whatever was shown here before. */
export function VideoView({ track, label, mirrored = false }: Props) {
  const ref = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState(false);
  const media = track.mediaStreamTrack;
  const hidden = track.muted || media === null;

  useEffect(() => {
    const video = ref.current;
    if (!video) return undefined;
    if ('attach' in track) {
      track.attach(video);
      return () => track.detach(video);
    }
    return undefined;
  }, [track]);

  useEffect(() => {
    const video = ref.current;
    if (!video || 'attach' in track) return;
    video.srcObject = media ? new MediaStream([media]) : null;
  }, [track, media]);

  useEffect(() => {
    setShown(false);
    const video = ref.current;
    if (!video || hidden) return undefined;
    return onNextFrame(video, () => setShown(true));
  }, [media, hidden]);

  const classes = ['video', mirrored && 'mirrored', shown && !hidden && 'shown'].filter(Boolean).join(' ');
  return <video ref={ref} class={classes} aria-label={label} autoplay playsInline muted />;
}

/** Calls back once a new frame is on the screen, unless the returned function is called first. */
function onNextFrame(video: HTMLVideoElement, callback: () => void): () => void {
  // Firefox has it since 132 only.
  if ('requestVideoFrameCallback' in video) {
    const request = video.requestVideoFrameCallback(callback);
    return () => video.cancelVideoFrameCallback(request);
  }
  const element: HTMLElement = video;
  element.addEventListener('timeupdate', callback, { once: true });
  return () => element.removeEventListener('timeupdate', callback);
}
