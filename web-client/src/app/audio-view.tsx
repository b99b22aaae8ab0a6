import { useEffect, useRef } from 'preact/hooks';
import type { RemoteTrack } from '../sdk/index.js';

interface Props {
  readonly track: RemoteTrack;
  /** Counts up when the user has allowed sound. */
  readonly allowed: number;
  onBlocked(): void;
}

/** Plays somebody's sound. Browsers hold it back on pages that nobody has touched yet. */
export function AudioView({ track, allowed, onBlocked }: Props) {
  const ref = useRef<HTMLAudioElement>(null);
  const media = track.mediaStreamTrack;
  useEffect(() => {
    const audio = ref.current;
    if (!audio) return undefined;
    track.attach(audio);
    return () => track.detach(audio);
  }, [track]);
  useEffect(() => {
    if (!media) return;
    ref.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked();
    });
  }, [media, allowed]);
  return <audio ref={ref} autoplay data-participant={track.participantId} data-source={track.source} />;
}
