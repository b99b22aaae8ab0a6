import { useEffect, useRef } from 'preact/hooks';
import { DeviceSelect } from './device-select.js';
import { Icon } from './icons.js';
import { useLocale } from './i18n/index.js';
import { LanguageSelect } from './language-select.js';
import type { LocalMedia } from './local-media.js';
import type { Room } from '../sdk/index.js';
import { QualityView } from './quality-view.js';
import { SHORTCUTS } from './shortcuts.js';

interface Props {
  readonly room: Room;
  readonly media: LocalMedia;
  onClose(): void;
}

/** Devices, language and the list of shortcuts, during a call. */
export function SettingsDialog({ room, media, onClose }: Props) {
  const { t } = useLocale();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => ref.current?.showModal(), []);
  return (
    <dialog
      ref={ref}
      class="settings"
      aria-labelledby="settings-title"
      data-dialog="settings"
      onClose={onClose}
      onClick={(event) => {
        // A click on the backdrop has the dialog itself as its target.
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div class="settings-body">
        <header>
          <h2 id="settings-title">{t('settings.title')}</h2>
          <button type="button" class="bare" aria-label={t('settings.close')} onClick={() => ref.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        <DeviceSelect device="microphone" media={media} />
        <DeviceSelect device="camera" media={media} />
        <LanguageSelect />
        <QualityView room={room} />
        <h3>{t('settings.shortcuts')}</h3>
        <dl class="shortcuts">
          {SHORTCUTS.map(({ key, text }) => (
            <div key={key}>
              <dt>
                <kbd>{key === 'key.space' ? t('key.space') : key}</kbd>
              </dt>
              <dd>{t(text)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
