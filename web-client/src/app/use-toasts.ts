import { useEffect, useRef, useState } from 'preact/hooks';
import type { Toast } from './toasts.js';

export interface ToastDeck {
  readonly toasts: readonly Toast[];
  /** Shows a toast until it is dismissed, or for a while when it asks for nothing. */
  show(toast: Toast): void;
  dismiss(kind: string): void;
}

const SHOWN_FOR_MS = 6_000;

export function useToasts(): ToastDeck {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => () => timers.current.forEach((timer) => clearTimeout(timer)), []);

  const dismiss = (kind: string): void => {
    clearTimeout(timers.current.get(kind));
    setToasts((current) => current.filter((toast) => toast.kind !== kind));
  };
  const show = (toast: Toast): void => {
    dismiss(toast.kind);
    setToasts((current) => [...current, { dismiss: () => dismiss(toast.kind), ...toast }]);
    if (!toast.action) timers.current.set(toast.kind, setTimeout(() => dismiss(toast.kind), SHOWN_FOR_MS));
  };
  return { toasts, show, dismiss };
}
