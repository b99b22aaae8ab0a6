import { useLocale } from './i18n/index.js';
import { Icon } from './icons.js';

export interface Toast {
  /** What it is about: a new toast of the same kind takes the place of the old one. */
  readonly kind: string;
  readonly text: string;
  readonly busy?: boolean;
  readonly action?: { readonly label: string; run(): void };
  dismiss?(): void;
}

export function Toasts({ toasts }: { readonly toasts: readonly Toast[] }) {
  const { t } = useLocale();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.kind} class="toast" data-toast={toast.kind}>
          {toast.busy && <span class="spinner" aria-hidden="true" />}
          <span>{toast.text}</span>
          {toast.action && (
            <button type="button" class="toast-action" onClick={() => toast.action?.run()}>
              {toast.action.label}
            </button>
          )}
          {toast.dismiss && (
            <button type="button" class="toast-close" aria-label={t('toast.dismiss')} onClick={() => toast.dismiss?.()}>
              <Icon name="close" />
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
