const words = {
  first: ['amber', 'brave', 'bright', 'calm', 'clear', 'early', 'gentle', 'golden', 'kind', 'merry', 'quiet', 'swift'],
  second: ['bay', 'brook', 'cedar', 'garden', 'harbour', 'hill', 'lake', 'maple', 'meadow', 'river', 'valley', 'willow'],
};

/** A room name that is easy to say: `calm-river-427`. */
export function suggestRoom(random: () => number = Math.random): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? 'room';
  return `${pick(words.first)}-${pick(words.second)}-${100 + Math.floor(random() * 900)}`;
}

/** What is left of a typed room name: no white space at the ends, hyphens for that within. */
export function tidyRoom(typed: string): string {
  return typed.trim().replace(/\s+/g, '-').replace(/[/?#%\\]/g, '');
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** One or two characters that stand for a person: first letters, or the last two characters of a name in Han script. */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (CJK.test(trimmed)) return graphemes(trimmed.replace(/\s/g, '')).slice(-2).join('');
  const parts = trimmed.split(/[\s._-]+/).filter((part) => part !== '');
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined].map((part) => graphemes(part ?? '')[0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

function graphemes(text: string): string[] {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
}

export const TONES = 8;

/** Which of the avatar colours is a person's, the same in every browser. */
export function toneOf(identity: string): number {
  let hash = 0;
  for (const character of identity) hash = (Math.imul(hash, 31) + character.codePointAt(0)!) >>> 0;
  return hash % TONES;
}
