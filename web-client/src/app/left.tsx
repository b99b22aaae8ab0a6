import { callErrorText } from './error-texts.js';
import { useLocale } from './i18n/index.js';
import { Mark } from './icons.js';

interface Props {
  /** Why the call ended; null when one left by oneself. */
  readonly reason: unknown;
  onRejoin(): void;
  onHome(): void;
}

/** After a call. */
export function Left({ reason, onRejoin, onHome }: Props) {
  const { t } = useLocale();
  return (
    <main class="left" data-screen="left">
      <div class="left-card">
        <Mark />
        <h1>{t(reason ? 'left.ended' : 'left.title')}</h1>
        {reason !== null && <p role="alert">{callErrorText(reason, t)}</p>}
        <div class="left-actions">
          <button type="button" class="primary" data-control="rejoin" autoFocus onClick={onRejoin}>
            {t('left.rejoin')}
          </button>
          <button type="button" class="secondary" data-control="home" onClick={onHome}>
            {t('left.home')}
          </button>
        </div>
      </div>
    </main>
  );
}
