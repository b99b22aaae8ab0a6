import { useEffect } from 'preact/hooks';
import type { StringKey } from './i18n/index.js';

export interface ShortcutActions {
  toggleMicrophone(): void;
  toggleCamera(): void;
  toggleScreen(): void;
  copyLink(): void;
  toggleHelp(): void;
  /** Space is held (true) or let go. */
  talk(held: boolean): void;
}

/** What the help lists. */
export const SHORTCUTS: readonly { readonly key: string; readonly text: StringKey }[] = [
  { key: 'M', text: 'shortcut.microphone' },
  { key: 'key.space', text: 'shortcut.talk' },
  { key: 'V', text: 'shortcut.camera' },
  { key: 'S', text: 'shortcut.screen' },
  { key: 'L', text: 'shortcut.link' },
  { key: '?', text: 'shortcut.help' },
];

export function useShortcuts(actions: ShortcutActions): void {
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
      const action = actionOf(event, actions);
      if (!action) return;
      event.preventDefault();
      action();
    };
    const up = (event: KeyboardEvent): void => {
      if (event.code === 'Space') actions.talk(false);
    };
    document.addEventListener('keydown', down);
    document.addEventListener('keyup', up);
    return () => {
      document.removeEventListener('keydown', down);
      document.removeEventListener('keyup', up);
    };
  });
}

function actionOf(event: KeyboardEvent, actions: ShortcutActions): (() => void) | undefined {
  // Space presses a focused button, which comes first.
  if (event.code === 'Space') return isPressable(event.target) ? undefined : () => actions.talk(true);
  switch (event.key.toLowerCase()) {
    case 'm':
      return () => actions.toggleMicrophone();
    case 'v':
      return () => actions.toggleCamera();
    case 's':
      return () => actions.toggleScreen();
    case 'l':
      return () => actions.copyLink();
    case '?':
      return () => actions.toggleHelp();
    default:
      return undefined;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary') !== null;
}
