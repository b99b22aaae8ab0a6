import { Avatar } from './avatar.js';
import { Icon } from './icons.js';
import { useLocale, type Translate } from './i18n/index.js';
import type { Rect } from './layout.js';
import type { TileModel } from './tiles.js';
import { VideoView } from './video-view.js';

interface Props {
  readonly tile: TileModel;
  readonly rect: Rect;
  readonly ownName: string;
}

/** One person or screen, at its place in the stage. */
export function Tile({ tile, rect, ownName }: Props) {
  const { t } = useLocale();
  const { participant, video } = tile;
  const isScreen = tile.source === 'screen';
  const name = participant.isLocal ? participant.name || ownName : participant.name;
  const label = labelOf(tile, name, t);
  const videoOn = video !== undefined && !video.muted;
  const trouble = participant.isLocal || participant.state === 'connected' ? null : participant.state;
  const classes = ['tile', `tile-${tile.source}`, tile.speaking && 'speaking', rect.height < 120 && 'small'];
  return (
    <article
      class={classes.filter(Boolean).join(' ')}
      style={{ left: px(rect.left), top: px(rect.top), width: px(rect.width), height: px(rect.height) }}
      aria-label={describe(tile, label, t)}
      data-participant={participant.id}
      data-identity={participant.identity}
      data-name={name}
      data-local={participant.isLocal}
      data-source={tile.source}
      data-video={videoOn ? 'on' : 'off'}
      data-muted={!tile.microphoneOn}
      data-speaking={tile.speaking}
      data-state={participant.isLocal ? 'connected' : participant.state}
    >
      {!isScreen && <Avatar name={name} identity={participant.identity} />}
      {video && <VideoView track={video} label={label} mirrored={participant.isLocal && !isScreen} />}
      {trouble && trouble !== 'closed' && (
        <p class="tile-trouble">{t(trouble === 'connecting' ? 'call.connecting' : 'call.disconnected')}</p>
      )}
      <div class="tile-label" aria-hidden="true">
        {!isScreen && !tile.microphoneOn && <Icon name="microphone-off" />}
        {isScreen && <Icon name="screen" />}
        <span>{label}</span>
      </div>
    </article>
  );
}

function labelOf(tile: TileModel, name: string, t: Translate): string {
  if (tile.source === 'screen') {
    return tile.participant.isLocal ? t('call.screen.own') : t('call.screen', { name });
  }
  return tile.participant.isLocal ? t('call.you', { name }) : name;
}

function describe(tile: TileModel, label: string, t: Translate): string {
  if (tile.source === 'screen') return label;
  const state = tile.speaking ? t('call.speaking') : tile.microphoneOn ? '' : t('call.muted');
  return state === '' ? label : `${label}, ${state}`;
}

function px(value: number): string {
  return `${value}px`;
}
