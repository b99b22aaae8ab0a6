import { useEffect, useRef, useState } from 'preact/hooks';
import type { LocalTrack, RemoteTrack, Room } from '../sdk/index.js';
import { AudioView } from './audio-view.js';
import { ControlBar } from './control-bar.js';
import { callErrorText, deviceErrorText } from './error-texts.js';
import { useChanges, useHeldFor } from './hooks.js';
import { useLocale } from './i18n/index.js';
import { Mark } from './icons.js';
import type { Device, LocalMedia } from './local-media.js';
import { pathOfRoom } from './url-options.js';
import { SettingsDialog } from './settings-dialog.js';
import { useShortcuts } from './shortcuts.js';
import { Stage } from './stage.js';
import { Toasts, type Toast } from './toasts.js';
import { useToasts, type ToastDeck } from './use-toasts.js';

interface Props {
  readonly room: Room;
  readonly media: LocalMedia;
  readonly ownName: string;
  onLeave(): void;
}

/** The call itself. */
export function Call({ room, media, ownName, onLeave }: Props) {
  const { t } = useLocale();
  useChanges((listener) => room.on('changed', listener), [room]);
  useChanges((listener) => media.onChange(listener), [media]);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const [audioAllowed, setAudioAllowed] = useState(0);
  const deck = useToasts();
  const connectionToasts = useConnectionToasts(room);
  const [announcement, announce] = useAnnouncements(room);
  const controls = useControls(room, media, deck, announce);
  const copyLink = useCopyLink(room, deck);

  useShortcuts({
    toggleMicrophone: () => controls.toggle('microphone'),
    toggleCamera: () => controls.toggle('camera'),
    toggleScreen: () => controls.toggleScreen(),
    copyLink: () => void copyLink(),
    toggleHelp: () => setSettingsOpen((open) => !open),
    talk: controls.talk,
  });

  const allowAudio = (): void => {
    deck.dismiss('audio-blocked');
    setAudioAllowed((count) => count + 1);
  };
  const audioBlocked = (): void =>
    deck.show({
      kind: 'audio-blocked',
      text: t('toast.audio-blocked'),
      action: { label: t('toast.audio-allow'), run: allowAudio },
    });

  const people = room.participants.length + 1;
  return (
    <main class="call" data-screen="call" data-state={room.state} data-media={room.mediaState}>
      <header class="call-header">
        <Mark />
        <h1>{room.name}</h1>
        <span class="people" data-people={people}>
          {people === 1 ? t('call.people.one') : t('call.people.other', { count: people })}
        </span>
      </header>
      <Stage room={room} ownName={ownName} />
      {people === 1 && room.state === 'connected' && (
        <aside class="alone">
          <strong>{t('call.alone')}</strong>
          <span>{t('call.alone.hint')}</span>
          <button type="button" class="primary" onClick={() => void copyLink()}>
            {t('control.link')}
          </button>
        </aside>
      )}
      <Toasts toasts={[...connectionToasts, ...deck.toasts]} />
      <ControlBar
        microphoneOn={media.isOn('microphone')}
        cameraOn={media.isOn('camera')}
        screenOn={room.localParticipant.track('screen') !== undefined}
        canShareScreen={'getDisplayMedia' in (navigator.mediaDevices ?? {})}
        onMicrophone={() => controls.toggle('microphone')}
        onCamera={() => controls.toggle('camera')}
        onScreen={() => controls.toggleScreen()}
        onLink={() => void copyLink()}
        onSettings={() => setSettingsOpen(true)}
        onLeave={onLeave}
      />
      {audioTracks(room).map((track) => (
        <AudioView key={track.id} track={track} allowed={audioAllowed} onBlocked={audioBlocked} />
      ))}
      {settingsOpen && <SettingsDialog room={room} media={media} onClose={() => setSettingsOpen(false)} />}
      <p class="visually-hidden" aria-live="polite" data-announcement>
        {announcement}
      </p>
    </main>
  );
}

function audioTracks(room: Room): RemoteTrack[] {
  return room.participants.flatMap((participant) => participant.tracks.filter((track) => track.kind === 'audio'));
}

/** Trouble with the connection, as long as it lasts. */
function useConnectionToasts(room: Room): Toast[] {
  const { t } = useLocale();
  const signalingDown = useHeldFor(room.state === 'reconnecting', 300);
  const mediaDown = useHeldFor(room.mediaState === 'interrupted', 300);
  const mediaSlow = useHeldFor(room.mediaState !== 'connected', 10_000);
  if (signalingDown) return [{ kind: 'reconnecting', text: t('toast.reconnecting'), busy: true }];
  if (mediaSlow) return [{ kind: 'media-slow', text: t('toast.media-slow'), busy: true }];
  if (mediaDown) return [{ kind: 'media', text: t('toast.media'), busy: true }];
  return [];
}

/** What a screen reader says as it happens. */
function useAnnouncements(room: Room): [text: string, announce: (text: string) => void] {
  const { t } = useLocale();
  const [text, setText] = useState('');
  useEffect(() => {
    const stops = [
      room.on('participant-joined', ({ name }) => setText(t('announce.joined', { name }))),
      room.on('participant-left', ({ participant }) => setText(t('announce.left', { name: participant.name }))),
      room.on('track-published', ({ participant, track }) => {
        if (track.source === 'screen') setText(t('announce.screen', { name: participant.name }));
      }),
      room.on('state', (state) => {
        if (state === 'connected') setText(t('announce.connected'));
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [room, t]);
  return [text, setText];
}

interface Controls {
  toggle(device: Device): void;
  toggleScreen(): void;
  talk(held: boolean): void;
}

const ANNOUNCED = {
  microphone: { on: 'announce.unmuted', off: 'announce.muted' },
  camera: { on: 'announce.camera-on', off: 'announce.camera-off' },
} as const;

function useControls(room: Room, media: LocalMedia, deck: ToastDeck, announce: (text: string) => void): Controls {
  const { t } = useLocale();
  /** Whether the microphone is on only because Space is held. */
  const talking = useRef(false);

  const report = (device: Device | 'screen', text: string | null): void => {
    if (text !== null) deck.show({ kind: device, text });
  };
  const set = async (device: Device, on: boolean): Promise<void> => {
    try {
      await media.setOn(device, on);
    } catch (error) {
      report(device, deviceErrorText(device, error, t));
      return;
    }
    deck.dismiss(device);
    try {
      const track: LocalTrack | null = media.tracks[device];
      if (on && track) await room.localParticipant.publish(track);
      announce(t(ANNOUNCED[device][on ? 'on' : 'off']));
    } catch (error) {
      report(device, callErrorText(error, t));
      await media.setOn(device, false);
    }
  };
  return {
    toggle(device) {
      talking.current = false;
      void set(device, !media.isOn(device));
    },
    toggleScreen() {
      const isOn = room.localParticipant.track('screen') !== undefined;
      room.localParticipant
        .setScreenShareEnabled(!isOn)
        .catch((error: unknown) => report('screen', deviceErrorText('screen', error, t)));
    },
    talk(held) {
      if (held ? media.isOn('microphone') : !talking.current) return;
      talking.current = held;
      void set('microphone', held);
    },
  };
}

function useCopyLink(room: Room, deck: ToastDeck): () => Promise<void> {
  const { t } = useLocale();
  return async () => {
    const link = new URL(pathOfRoom(room.name), location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      deck.show({ kind: 'link', text: t('toast.copied') });
    } catch {
      deck.show({ kind: 'link', text: t('toast.copy-failed', { link }) });
    }
  };
}
