import { useRef, useState } from 'preact/hooks';
import { DeviceSelect } from './device-select.js';
import { callErrorText, deviceErrorText } from './error-texts.js';
import { useChanges } from './hooks.js';
import { useLocale } from './i18n/index.js';
import { Mark } from './icons.js';
import { LanguageSelect } from './language-select.js';
import { LevelMeter } from './level-meter.js';
import type { Device, LocalMedia } from './local-media.js';
import { tidyRoom } from './names.js';
import { ToggleButton } from './toggle-button.js';
import { VideoView } from './video-view.js';

interface Props {
  readonly media: LocalMedia;
  readonly name: string;
  readonly room: string;
  readonly joining: boolean;
  readonly error: unknown;
  onJoin(name: string, room: string): void;
}

/** Where one chooses name, room and devices before a call. */
export function Lobby({ media, name, room, joining, error, onJoin }: Props) {
  const { t } = useLocale();
  useChanges((listener) => media.onChange(listener), [media]);
  return (
    <main class="lobby" data-screen="lobby">
      <header class="lobby-header">
        <div class="brand">
          <Mark />
          <span>Parley</span>
        </div>
        <LanguageSelect />
      </header>
      <div class="lobby-body">
        <Preview media={media} />
        <JoinForm media={media} name={name} room={room} joining={joining} error={error} onJoin={onJoin} />
      </div>
      <footer class="lobby-footer">{t('app.tagline')}</footer>
    </main>
  );
}

function Preview({ media }: { readonly media: LocalMedia }) {
  const { t } = useLocale();
  const camera = media.tracks.camera;
  const toggle = (device: Device): void => void media.setOn(device, !media.isOn(device)).catch(() => undefined);
  const cameraOn = media.isOn('camera');
  const microphoneOn = media.isOn('microphone');
  const trouble = (['camera', 'microphone'] as const)
    .filter((device) => media.errors[device] !== null)
    .map((device) => deviceErrorText(device, media.errors[device], t));
  return (
    <section class="preview" aria-label={t('lobby.preview')}>
      <div class="preview-picture">
        <p class="preview-note">{media.starting ? t('lobby.starting') : cameraOn ? '' : t('lobby.camera-off')}</p>
        {camera && <VideoView track={camera} label={t('lobby.preview')} mirrored />}
        <div class="preview-controls">
          <ToggleButton
            control="microphone"
            icon={microphoneOn ? 'microphone' : 'microphone-off'}
            label={t(microphoneOn ? 'control.microphone.mute' : 'control.microphone.unmute')}
            pressed={microphoneOn}
            tone={microphoneOn ? 'plain' : 'off'}
            onPress={() => toggle('microphone')}
          />
          <ToggleButton
            control="camera"
            icon={cameraOn ? 'camera' : 'camera-off'}
            label={t(cameraOn ? 'control.camera.off' : 'control.camera.on')}
            pressed={cameraOn}
            tone={cameraOn ? 'plain' : 'off'}
            onPress={() => toggle('camera')}
          />
        </div>
      </div>
      <LevelMeter track={microphoneOn ? (media.tracks.microphone?.mediaStreamTrack ?? null) : null} />
      <div class="preview-devices">
        <DeviceSelect device="microphone" media={media} />
        <DeviceSelect device="camera" media={media} />
      </div>
      {trouble.map((text) => (
        <p key={text} class="notice" role="status" data-notice="device">
          {text}
        </p>
      ))}
    </section>
  );
}

type FieldError = 'lobby.name.required' | 'lobby.room.required';

function JoinForm({ name, room, joining, error, onJoin }: Props) {
  const { t } = useLocale();
  const nameInput = useRef<HTMLInputElement>(null);
  const roomInput = useRef<HTMLInputElement>(null);
  const [fieldError, setFieldError] = useState<FieldError | null>(null);

  const refuse = (input: HTMLInputElement | null, reason: FieldError): void => {
    setFieldError(reason);
    input?.focus();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const typedName = nameInput.current?.value.trim() ?? '';
    const typedRoom = tidyRoom(roomInput.current?.value ?? '');
    if (typedName === '') refuse(nameInput.current, 'lobby.name.required');
    else if (typedRoom === '') refuse(roomInput.current, 'lobby.room.required');
    else {
      setFieldError(null);
      onJoin(typedName, typedRoom);
    }
  };
  const problem = fieldError ? t(fieldError) : error ? callErrorText(error, t) : null;
  return (
    <form class="join-form" onSubmit={submit} noValidate>
      <h1>{t('lobby.title')}</h1>
      <label class="field">
        <span class="field-label">{t('lobby.name')}</span>
        <input
          ref={nameInput}
          name="name"
          defaultValue={name}
          placeholder={t('lobby.name.placeholder')}
          maxLength={60}
          autoComplete="name"
          autoFocus={name === ''}
          aria-invalid={fieldError === 'lobby.name.required'}
        />
      </label>
      <label class="field">
        <span class="field-label">{t('lobby.room')}</span>
        <input
          ref={roomInput}
          name="room"
          defaultValue={room}
          maxLength={60}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          aria-describedby="room-hint"
          aria-invalid={fieldError === 'lobby.room.required'}
        />
        <span class="field-hint" id="room-hint">
          {t('lobby.room.hint')}
        </span>
      </label>
      <p class="problem" role="alert" data-notice="problem" hidden={problem === null}>
        {problem}
      </p>
      <button type="submit" class="primary" data-control="join" disabled={joining}>
        {joining && <span class="spinner" aria-hidden="true" />}
        {t(joining ? 'lobby.joining' : 'lobby.join')}
      </button>
    </form>
  );
}
