import { Avatar } from './avatar.js';
import { Icon } from './icons.js';
import { useLocale, type Translate } from './i18n/index.js';
import type { Rect } from './layout.js';
import type { TrackProblem } from '../sdk/index.js';
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
  const trouble = troubleOf(tile, t);
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
      data-problem={problemOf(tile)?.code}
      data-paused={video && 'serverPause' in video ? (video.serverPause ?? undefined) : undefined}
      data-state={participant.isLocal ? 'connected' : participant.state}
    >
      {!isScreen && <Avatar name={name} identity={participant.identity} />}
      {video && <VideoView track={video} label={label} mirrored={participant.isLocal && !isScreen} />}
      {trouble && <p class="tile-trouble">{trouble}</p>}
      <div class="tile-label" aria-hidden="true">
        {!isScreen && !tile.microphoneOn && <Icon name="microphone-off" />}
        {isScreen && <Icon name="screen" />}
        <span>{label}</span>
      </div>
    </article>
  );
}

/** Why there is no picture, for people; null when all is well. */
function troubleOf(tile: TileModel, t: Translate): string | null {
  const { participant } = tile;
  if (participant.isLocal || participant.state === 'closed') return null;
  if (participant.state === 'connecting') return t('call.connecting');
  if (participant.state === 'disconnected') return t('call.disconnected');
  const problem = problemOf(tile);
  if (!problem) return pauseOf(tile, t);
  if (problem.code === 'native-limit') return t('call.encoders-busy');
  return t('call.undecodable', { codec: problem.codec, accepted: problem.accepted.join(', ') });
}

/** What is said over a picture that the server does not send. */
function pauseOf({ video }: TileModel, t: Translate): string | null {
  const pause = video && 'serverPause' in video && !video.muted ? video.serverPause : null;
  if (pause === null) return null;
  return t(pause === 'bandwidth' ? 'call.paused.bandwidth' : 'call.paused.too-many');
}

function problemOf({ video }: TileModel): TrackProblem | null {
  return video && 'problem' in video && !video.muted ? video.problem : null;
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
