import { Icon } from './icons.js';
import { isLocale, localeNames, LOCALES, useLocale } from './i18n/index.js';

export function LanguageSelect() {
  const { locale, setLocale, t } = useLocale();
  return (
    <label class="language">
      <Icon name="globe" />
      <select
        aria-label={t('language.label')}
        data-control="language"
        value={locale}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          if (isLocale(chosen)) setLocale(chosen);
        }}
      >
        {LOCALES.map((candidate) => (
          <option key={candidate} value={candidate} lang={candidate}>
            {localeNames[candidate]}
          </option>
        ))}
      </select>
    </label>
  );
}
