import type { LocalParticipant, LocalTrack, RemoteParticipant, RemoteTrack, Room } from '../sdk/index.js';

/** One picture in the call: a person, or a screen that somebody shares. */
export interface TileModel {
  readonly key: string;
  readonly participant: LocalParticipant | RemoteParticipant;
  readonly source: 'camera' | 'screen';
  readonly video: LocalTrack | RemoteTrack | undefined;
  readonly microphoneOn: boolean;
  readonly speaking: boolean;
}

/** Everybody's tiles: oneself first, then the others as they came, each followed by their screen. */
export function tilesOf(room: Room): TileModel[] {
  return [room.localParticipant, ...room.participants].flatMap(tilesOfParticipant);
}

function tilesOfParticipant(participant: LocalParticipant | RemoteParticipant): TileModel[] {
  const id = participant.isLocal ? 'local' : participant.id;
  const microphone = participant.track('microphone') ?? othersOf(participant, 'audio');
  const microphoneOn = microphone !== undefined && !microphone.muted;
  const person: TileModel = {
    key: `${id}/camera`,
    participant,
    source: 'camera',
    video: participant.track('camera') ?? othersOf(participant, 'video'),
    microphoneOn,
    speaking: participant.isSpeaking && microphoneOn,
  };
  const screen = participant.track('screen');
  if (!screen) return [person];
  return [person, { key: `${id}/screen`, participant, source: 'screen', video: screen, microphoneOn, speaking: false }];
}

/** Publishers by WHIP do not say what their tracks show. */
function othersOf(participant: LocalParticipant | RemoteParticipant, kind: string): LocalTrack | RemoteTrack | undefined {
  const tracks: readonly (LocalTrack | RemoteTrack)[] = participant.tracks;
  return tracks.find((track) => track.source === 'unknown' && track.kind === kind);
}

/** The tile to show large: the screen that somebody else shared last. */
export function stagedTile(tiles: readonly TileModel[]): TileModel | undefined {
  return tiles.findLast((tile) => tile.source === 'screen' && !tile.participant.isLocal);
}
