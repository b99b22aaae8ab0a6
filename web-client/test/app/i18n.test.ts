import { describe, expect, it } from 'vitest';
import { en, type StringKey } from '../../src/app/i18n/en.js';
import { preferredLocale, translator } from '../../src/app/i18n/index.js';
import { zhCn } from '../../src/app/i18n/zh-cn.js';

const keys = Object.keys(en) as StringKey[];
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe('the tables of strings', () => {
  it('have the same keys', () => {
    expect(Object.keys(zhCn).sort()).toEqual([...keys].sort());
  });

  it.each(keys)('%s says something in both, with the same gaps to fill', (key) => {
    expect(en[key].trim()).not.toBe('');
    expect(zhCn[key].trim()).not.toBe('');
    expect(placeholders(zhCn[key])).toEqual(placeholders(en[key]));
  });

  it('are translated: no Chinese string is the English one', () => {
    expect(keys.filter((key) => zhCn[key] === en[key])).toEqual([]);
  });
});

describe('translator', () => {
  it('fills the gaps, and leaves one open rather than say "undefined"', () => {
    const t = translator('en');
    expect(t('announce.joined', { name: 'Ada' })).toBe('Ada joined');
    expect(t('call.people.other', { count: 3 })).toBe('3 people');
    expect(t('announce.joined')).toBe('{name} joined');
  });

  it('fills in names as they are, whatever they hold', () => {
    expect(translator('en')('announce.joined', { name: '$& {name}' })).toBe('$& {name} joined');
  });
});

describe('preferredLocale', () => {
  it('takes the first language of the user that there is', () => {
    expect(preferredLocale(['de-DE', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(preferredLocale(['en-GB', 'zh-CN'])).toBe('en');
    expect(preferredLocale(['fr', 'de'])).toBe('en');
    expect(preferredLocale([])).toBe('en');
  });
});
