import type { JSX } from 'preact';

/** Icons on a 24-pixel grid, in the text's colour. They are decoration: the control beside them has the words. */
const shapes = {
  microphone: (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
    </>
  ),
  'microphone-off': (
    <>
      <path d="M9 9.5V11a3 3 0 0 0 5 2.2M15 10.5V6a3 3 0 0 0-5.8-1" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 10.7 5M18.2 13.4a6.5 6.5 0 0 0 .3-1.9M12 18v3M4 4l16 16" />
    </>
  ),
  camera: (
    <>
      <rect x="3" y="6.5" width="12.5" height="11" rx="2.5" />
      <path d="M15.5 11.2L21 8v8l-5.5-3.2" />
    </>
  ),
  'camera-off': (
    <>
      <path d="M6.5 6.5h-1A2.5 2.5 0 0 0 3 9v6a2.5 2.5 0 0 0 2.5 2.5H13a2.5 2.5 0 0 0 2.3-1.5" />
      <path d="M10.5 6.5H13A2.5 2.5 0 0 1 15.5 9v2.2L21 8v8M4 4l16 16" />
    </>
  ),
  screen: (
    <>
      <rect x="3" y="4.5" width="18" height="12" rx="2.5" />
      <path d="M9 20h6M12 13.5V8M9.5 10.2L12 7.7l2.5 2.5" />
    </>
  ),
  'screen-stop': (
    <>
      <rect x="3" y="4.5" width="18" height="12" rx="2.5" />
      <path d="M9 20h6M9.8 8.3l4.4 4.4M14.2 8.3l-4.4 4.4" />
    </>
  ),
  link: (
    <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" />
  ),
  leave: (
    <path d="M3.5 14.5c4.7-4.7 12.3-4.7 17 0l-2.3 2.8-3.4-1.8v-2.4a10 10 0 0 0-5.6 0v2.4l-3.4 1.8z" />
  ),
  settings: (
    <>
      <path d="M4 7.5h8M17.5 7.5H20M4 16.5h2.5M12 16.5h8" />
      <circle cx="14.8" cy="7.5" r="2.6" />
      <circle cx="9.2" cy="16.5" r="2.6" />
    </>
  ),
  globe: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M3.5 12h17M12 3.5c5 5.5 5 11.5 0 17M12 3.5c-5 5.5-5 11.5 0 17" />
    </>
  ),
  close: <path d="M6 6l12 12M18 6L6 18" />,
} satisfies Readonly<Record<string, JSX.Element>>;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}

/** The mark of Parley: a speech bubble. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" />
      <path d="M9 11.5A2.5 2.5 0 0 1 11.5 9h9a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5H16l-4.5 3.5V20A2.5 2.5 0 0 1 9 17.5z" />
    </svg>
  );
}
