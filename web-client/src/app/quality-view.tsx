import { useEffect, useState } from 'preact/hooks';
import type { Explanation, Room } from '../sdk/index.js';
import { useLocale, type StringKey, type Translate } from './i18n/index.js';

const REFRESH_MS = 2_000;
const CHANGES_SHOWN = 6;
const CHANGES = new Set(['allocation', 'pause', 'resume', 'keyframe-request']);

type Decision = Explanation['decisions'][number];
type Slot = Explanation['slots'][number];

interface Props {
  readonly room: Room;
}

/** What the server sends of each video, and why it sends this and not more: asked for as long as it is shown. */
export function QualityView({ room }: Props) {
  const { t } = useLocale();
  const [explanation, setExplanation] = useState<Explanation | null>(null);
  useEffect(() => {
    let shown = true;
    const ask = (): void => {
      // While signaling is interrupted the last answer stays.
      room.explain().then((next) => shown && setExplanation(next), () => undefined);
    };
    ask();
    const timer = setInterval(ask, REFRESH_MS);
    return () => {
      shown = false;
      clearInterval(timer);
    };
  }, [room]);
  if (!explanation) return null;
  const { link, slots, decisions } = explanation;
  const changes = changesOf(decisions).slice(-CHANGES_SHOWN).reverse();
  return (
    <section class="quality" data-view="quality">
      <h3>{t('quality.title')}</h3>
      <p>{link.estimateBps > 0 ? t('quality.link', { rate: rateOf(link.estimateBps) }) : t('quality.no-limit')}</p>
      {slots.length === 0 && <p>{t('quality.none')}</p>}
      <ul class="quality-slots">
        {slots.map((slot) => (
          <li key={slot.mid} data-state={slot.state}>
            <strong>{nameOf(room, slot.trackId)}</strong> {stateOf(slot, t)}
          </li>
        ))}
      </ul>
      <ol class="quality-changes">
        {changes.map((change, index) => (
          <li key={`${change.atMs}-${index}`} data-cause={change.cause}>
            <time>{new Date(change.atMs).toLocaleTimeString()}</time> {nameOf(room, change.trackId)} {changeOf(change, t)}
          </li>
        ))}
      </ol>
    </section>
  );
}

function stateOf({ state, sent }: Slot, t: Translate): string {
  if (state === 'waiting') return t('quality.waiting');
  if (state !== 'forwarded') return t('quality.paused');
  return [heightOf(sent.heightPx), rateOf(sent.bitrateBps)].filter(Boolean).join(', ');
}

/** What people want to know of; of requests for one track that follow each other, the last, as they would hide the rest. */
export function changesOf(decisions: readonly Decision[]): Decision[] {
  const changes = decisions.filter(({ kind }) => CHANGES.has(kind));
  return changes.filter((change, index) => {
    const next = changes[index + 1];
    return change.kind !== 'keyframe-request' || next?.kind !== 'keyframe-request' || next.trackId !== change.trackId;
  });
}

/** Such as "720p → 360p: link estimate fell to 900 kbit/s (delay rising), 3 tracks share it". */
export function changeOf(change: Decision, t: Translate): string {
  if (change.kind === 'keyframe-request') {
    const why = t(whyOf(change.cause));
    const wait = Math.round(change.waitMs);
    return wait > 0 ? t('quality.keyframe-later', { wait: String(wait), why }) : t('quality.keyframe', { why });
  }
  const from = heightOf(change.from.heightPx) || t('quality.nothing');
  const to = heightOf(change.to.heightPx) || t('quality.nothing');
  const rate = rateOf(change.estimateBps);
  const why = t(whyOf(change.cause), { rate, cause: t(causeOf(change.estimateCause)), tracks: String(change.tracks) });
  return t('quality.change', { from, to, why });
}

function whyOf(cause: string): StringKey {
  switch (cause) {
    case 'subscribed':
    case 'estimate-fell':
    case 'estimate-rose':
    case 'hint':
    case 'publisher':
    case 'share':
    case 'last-n':
    case 'first-picture':
    case 'layers':
    case 'late-start':
    case 'receiver':
      return `quality.why.${cause}`;
    default:
      return 'quality.why.none';
  }
}

function causeOf(estimateCause: string): StringKey {
  if (estimateCause === 'delay-rising' || estimateCause.startsWith('queue')) return 'quality.cause.delay';
  if (estimateCause.startsWith('loss')) return 'quality.cause.loss';
  if (estimateCause === 'delay-steady') return 'quality.cause.steady';
  return estimateCause === 'probe' ? 'quality.cause.probe' : 'quality.cause.other';
}

function nameOf(room: Room, trackId: string): string {
  const publisher = room.participants.find(({ tracks }) => tracks.some(({ id }) => id === trackId));
  return publisher?.name ?? '';
}

function heightOf(heightPx: number): string {
  return heightPx > 0 ? `${heightPx}p` : '';
}

function rateOf(bitrateBps: number): string {
  return bitrateBps >= 1_000_000 ? `${(bitrateBps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bitrateBps / 1_000)} kbit/s`;
}
