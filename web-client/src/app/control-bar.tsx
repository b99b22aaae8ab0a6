import { useLocale } from './i18n/index.js';
import { ToggleButton } from './toggle-button.js';

interface Props {
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly screenOn: boolean;
  readonly canShareScreen: boolean;
  onMicrophone(): void;
  onCamera(): void;
  onScreen(): void;
  onLink(): void;
  onSettings(): void;
  onLeave(): void;
}

export function ControlBar(props: Props) {
  const { t } = useLocale();
  const { microphoneOn, cameraOn, screenOn } = props;
  return (
    <div class="control-bar" role="toolbar" aria-label={t('control.bar')}>
      <ToggleButton
        control="microphone"
        icon={microphoneOn ? 'microphone' : 'microphone-off'}
        label={t(microphoneOn ? 'control.microphone.mute' : 'control.microphone.unmute')}
        caption={t('short.microphone')}
        shortcut="M"
        pressed={microphoneOn}
        tone={microphoneOn ? 'plain' : 'off'}
        onPress={props.onMicrophone}
      />
      <ToggleButton
        control="camera"
        icon={cameraOn ? 'camera' : 'camera-off'}
        label={t(cameraOn ? 'control.camera.off' : 'control.camera.on')}
        caption={t('short.camera')}
        shortcut="V"
        pressed={cameraOn}
        tone={cameraOn ? 'plain' : 'off'}
        onPress={props.onCamera}
      />
      {props.canShareScreen && (
        <ToggleButton
          control="screen"
          icon={screenOn ? 'screen-stop' : 'screen'}
          label={t(screenOn ? 'control.screen.stop' : 'control.screen.start')}
          caption={t('short.screen')}
          shortcut="S"
          pressed={screenOn}
          tone={screenOn ? 'active' : 'plain'}
          onPress={props.onScreen}
        />
      )}
      <ToggleButton
        control="copy-link"
        icon="link"
        label={t('control.link')}
        caption={t('short.link')}
        shortcut="L"
        onPress={props.onLink}
      />
      <ToggleButton
        control="settings"
        icon="settings"
        label={t('control.settings')}
        caption={t('short.settings')}
        shortcut="?"
        onPress={props.onSettings}
      />
      <ToggleButton
        control="leave"
        icon="leave"
        label={t('control.leave')}
        caption={t('short.leave')}
        tone="danger"
        onPress={props.onLeave}
      />
    </div>
  );
}
