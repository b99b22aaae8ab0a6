import { useEffect, useMemo, useState } from 'preact/hooks';
import { Room } from '../sdk/index.js';
import { Call } from './call.js';
import { isLocale, LocaleContext, preferredLocale, translator, type Locale } from './i18n/index.js';
import { Left } from './left.js';
import { Lobby } from './lobby.js';
import { LocalMedia } from './local-media.js';
import { suggestRoom, tidyRoom } from './names.js';
import { recall, remember } from './preferences.js';
import { pathOfRoom, type UrlOptions } from './url-options.js';

type Screen =
  | { readonly at: 'lobby'; readonly joining: boolean; readonly error: unknown }
  | { readonly at: 'call'; readonly room: Room }
  | { readonly at: 'left'; readonly reason: unknown };

declare global {
  interface Window {
    /** For diagnostics and tests: the room of the present call. */
    parley: { room: Room | null };
  }
}

/** The conference app: lobby, call, and what comes after it. */
export function App({ options }: { readonly options: UrlOptions }) {
  const localisation = useLocalisation(options);
  const [screen, setScreen] = useState<Screen>({ at: 'lobby', joining: options.join, error: null });
  const [name, setName] = useState(options.name ?? recall('name') ?? '');
  const [roomName, setRoomName] = useState(() => tidyRoom(options.room ?? '') || suggestRoom());
  const media = useMemo(
    () => new LocalMedia({ audio: options.audio, video: options.video, camera: options.videoSize ?? {} }),
    [],
  );

  const join = async (asName: string, inRoom: string): Promise<void> => {
    setName(asName);
    setRoomName(inRoom);
    // A name from the address is for this visit only.
    if (asName !== options.name) remember('name', asName);
    setScreen({ at: 'lobby', joining: true, error: null });
    const room = new Room({ codec: options.codec, simulcast: options.simulcast, iceTransport: options.transport });
    window.parley.room = room;
    room.on('closed', (reason) => {
      // Joining that fails is told in the lobby instead.
      setScreen((current) => (current.at === 'call' && current.room === room ? { at: 'left', reason } : current));
      window.parley.room = null;
    });
    try {
      const tracks = [media.tracks.microphone, media.tracks.camera].filter((track) => track?.isLive);
      await room.connect(inRoom, { name: asName, token: options.token, termination: options.termination, tracks: tracks.filter((track) => track !== null) });
      history.replaceState(null, '', pathOfRoom(inRoom) + location.search);
      setScreen({ at: 'call', room });
    } catch (error) {
      setScreen({ at: 'lobby', joining: false, error });
    }
  };

  const leave = (room: Room): void => {
    void room.leave();
    setScreen({ at: 'left', reason: null });
  };

  const backToLobby = (): void => {
    setScreen({ at: 'lobby', joining: false, error: null });
    void media.start();
  };

  useEffect(() => {
    void media.start().then(() => {
      if (options.join) void join(name || 'Guest', roomName);
    });
  }, []);

  useEffect(() => {
    document.title = screen.at === 'call' ? `${roomName} – Parley` : 'Parley';
    if (screen.at === 'left') media.stop();
  }, [screen, roomName]);

  return (
    <LocaleContext.Provider value={localisation}>
      {screen.at === 'lobby' && (
        <Lobby
          key={roomName}
          media={media}
          name={name}
          room={roomName}
          joining={screen.joining}
          error={screen.error}
          onJoin={(asName, inRoom) => void join(asName, inRoom)}
        />
      )}
      {screen.at === 'call' && (
        <Call room={screen.room} media={media} ownName={name} onLeave={() => leave(screen.room)} />
      )}
      {screen.at === 'left' && (
        <Left
          reason={screen.reason}
          onRejoin={backToLobby}
          onHome={() => {
            setRoomName(suggestRoom());
            history.replaceState(null, '', '/');
            backToLobby();
          }}
        />
      )}
    </LocaleContext.Provider>
  );
}

function useLocalisation(options: UrlOptions) {
  const [locale, setLocale] = useState<Locale>(() => {
    const remembered = recall('locale');
    return options.locale ?? (isLocale(remembered) ? remembered : preferredLocale(navigator.languages));
  });
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return useMemo(
    () => ({
      locale,
      t: translator(locale),
      setLocale: (chosen: Locale) => {
        remember('locale', chosen);
        setLocale(chosen);
      },
    }),
    [locale],
  );
}
