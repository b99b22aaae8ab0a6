import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en, type StringKey, type Strings } from './en.js';
import { zhCn } from './zh-cn.js';

export type { StringKey } from './en.js';

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

export const localeNames: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' };

const tables: Readonly<Record<Locale, Strings>> = { en, 'zh-CN': zhCn };

/** The text of a key in one language, with its `{…}` filled in. */
export type Translate = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;

export function translator(locale: Locale): Translate {
  const table = tables[locale];
  return (key, values = {}) =>
    table[key].replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/** The first language of the user's that we speak; every Chinese is served the simplified one. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const primary = language.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

export function isLocale(value: string | null | undefined): value is Locale {
  return (LOCALES as readonly unknown[]).includes(value);
}

export interface Localisation {
  readonly locale: Locale;
  readonly t: Translate;
  setLocale(locale: Locale): void;
}

export const LocaleContext = createContext<Localisation>({
  locale: 'en',
  t: translator('en'),
  setLocale: () => undefined,
});

export function useLocale(): Localisation {
  return useContext(LocaleContext);
}
