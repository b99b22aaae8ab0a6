import type { LocalMedia, Device } from './local-media.js';
import { useLocale } from './i18n/index.js';

interface Props {
  readonly device: Device;
  readonly media: LocalMedia;
}

/** Chooses the microphone or the camera. */
export function DeviceSelect({ device, media }: Props) {
  const { t } = useLocale();
  const list = device === 'microphone' ? media.devices.microphones : media.devices.cameras;
  const current = media.tracks[device]?.deviceId ?? '';
  return (
    <label class="field">
      <span class="field-label">{t(`lobby.${device}`)}</span>
      <select
        data-device={device}
        value={current}
        disabled={list.length === 0}
        onChange={(event) => void media.choose(device, event.currentTarget.value)}
      >
        {list.length === 0 && <option value="">–</option>}
        {list.map((info) => (
          <option key={info.deviceId} value={info.deviceId}>
            {info.label || t('device.default')}
          </option>
        ))}
      </select>
    </label>
  );
}
