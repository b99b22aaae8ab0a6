/** What the browser remembers between calls. A browser that stores nothing only forgets. */
const PREFIX = 'parley.';

export type Preference = 'name' | 'locale' | 'microphone' | 'camera';

export function recall(preference: Preference): string | null {
  try {
    return localStorage.getItem(PREFIX + preference);
  } catch {
    return null;
  }
}

export function remember(preference: Preference, value: string): void {
  try {
    localStorage.setItem(PREFIX + preference, value);
  } catch {
    // Storage is full or forbidden.
  }
}
