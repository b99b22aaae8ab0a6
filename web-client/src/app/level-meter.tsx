import { useEffect, useRef } from 'preact/hooks';
import { useLocale } from './i18n/index.js';

/** Shows how loud the microphone is, straight from the samples, without rendering the page for it. */
export function LevelMeter({ track }: { readonly track: MediaStreamTrack | null }) {
  const { t } = useLocale();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = bar.current;
    if (!track || !element) return undefined;
    const context = new AudioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    source.connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const timer = setInterval(() => {
      // Without a gesture on the page it may have started suspended.
      if (context.state === 'suspended') void context.resume();
      analyser.getByteTimeDomainData(samples);
      const level = track.enabled ? levelOf(samples) : 0;
      element.style.setProperty('--level', level.toFixed(2));
      element.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    }, 80);
    return () => {
      clearInterval(timer);
      element.style.setProperty('--level', '0');
      void context.close();
    };
  }, [track]);
  return (
    <div
      ref={bar}
      class="meter"
      role="meter"
      aria-label={t('lobby.level')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    />
  );
}

const QUIET_DB = -55;
const LOUD_DB = -10;

/** From 0 (quiet) to 1 (loud), even to the ear. */
export function levelOf(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  const db = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}
