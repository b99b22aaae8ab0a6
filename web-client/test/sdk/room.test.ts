import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalTrack } from '../../src/sdk/local-track.js';
import { Room } from '../../src/sdk/room.js';
import type { RoomOptions } from '../../src/sdk/room-types.js';
import { FakeServer, settle } from './fake-server.js';
import { fakeMediaStreamTrack, participant, track } from './fakes.js';

const microphone = (): LocalTrack => new LocalTrack('microphone', fakeMediaStreamTrack('audio'));
const camera = (): LocalTrack => new LocalTrack('camera', fakeMediaStreamTrack('video', { width: 1280, height: 720 }));

async function joined(server: FakeServer, tracks: LocalTrack[] = [], options: RoomOptions = {}): Promise<Room> {
  const room = new Room({ url: 'ws://test', environment: server.environment, ...options });
  await room.connect('stand-up', { name: 'Me', tracks });
  await settle();
  return room;
}

function grace(version = 1, overrides = {}) {
  return participant(
    'PA_grace',
    [
      track('TR_mic', { kind: 'audio', source: 'microphone', mid: '0' }),
      track('TR_cam', { kind: 'video', source: 'camera', mid: '1', ...overrides }),
    ],
    version,
  );
}

describe('Room', () => {
  let server: FakeServer;
  beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
  });
  afterEach(() => void vi.useRealTimers());

  describe('joining', () => {
    it('sends the offer with the join, and what is published in it', async () => {
      const room = await joined(server, [microphone(), camera()]);
      expect(server.requests('offer')).toHaveLength(0);
      const [join] = server.requests('join');
      expect(join).toMatchObject({ room: 'stand-up', name: 'Me', sdp: 'offer of 10 sections' });
      expect(join!.tracks).toEqual([
        { mid: '0', source: 'microphone' },
        { mid: '1', source: 'camera' },
      ]);
      expect(room.state).toBe('connected');
      expect(room.localParticipant.publishedInfo(room.localParticipant.track('camera')!)?.id).toBe('TR_camera');
    });

    it('subscribes to everybody right after, microphone and camera in one pair', async () => {
      server.others = [grace()];
      const room = await joined(server);
      expect(server.requests('subscribe').map(({ slot, trackId }) => [slot, trackId])).toEqual([
        ['0', 'TR_mic'],
        ['1', 'TR_cam'],
      ]);
      expect(server.peer.transceivers).toHaveLength(8);
      const [remote] = room.participants;
      expect(remote!.track('camera')!.mediaStreamTrack).toBe(server.peer.transceivers[1]!.receiver.track);
    });

    it('tells a track that is muted already', async () => {
      const muted = microphone();
      muted.mute();
      await joined(server, [muted]);
      expect(server.requests('mute')).toMatchObject([{ trackId: 'TR_microphone', muted: true }]);
    });

    it('rejects with the code of a refusal, and is closed', async () => {
      server.refuse.set('join', 'participant-limit');
      const room = new Room({ url: 'ws://test', environment: server.environment });
      const closed = vi.fn();
      room.on('closed', closed);
      await expect(room.connect('full', { name: 'Me' })).rejects.toMatchObject({ code: 'participant-limit' });
      expect(room.state).toBe('closed');
      expect(closed).toHaveBeenCalledTimes(1);
    });

    it('rejects when the server cannot be reached, without trying for ever', async () => {
      server.reachable = false;
      const room = new Room({ url: 'ws://test', environment: server.environment });
      await expect(room.connect('r', { name: 'Me' })).rejects.toMatchObject({ code: 'server-unreachable' });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(1);
    });
  });

  describe('slots', () => {
    it('grow by one offer when more people come than there are pairs', async () => {
      const room = await joined(server, [], { initialSlotPairs: 1 });
      for (const name of ['a', 'b', 'c']) {
        server.socket.receive({
          type: 'participant-joined',
          participant: participant(`PA_${name}`, [track(`TR_${name}`)]),
        });
      }
      await settle();
      expect(server.requests('offer')).toHaveLength(1);
      expect([...server.slots.values()].sort()).toEqual(['TR_a', 'TR_b', 'TR_c']);
      expect(room.participants.every((remote) => remote.track('camera')!.mediaStreamTrack)).toBe(true);
    });

    it('grow right after the join when there are more people than pairs', async () => {
      server.others = ['a', 'b', 'c'].map((name) => participant(`PA_${name}`, [track(`TR_${name}`)]));
      await joined(server, [], { initialSlotPairs: 1 });
      expect(server.requests('offer')).toHaveLength(1);
      expect([...server.slots.values()].sort()).toEqual(['TR_a', 'TR_b', 'TR_c']);
    });

    it('are used again after somebody left, without an offer', async () => {
      server.others = [grace()];
      await joined(server, [], { initialSlotPairs: 1 });
      server.socket.receive({ type: 'participant-left', participantId: 'PA_grace', reason: 'left' });
      server.socket.receive({ type: 'participant-joined', participant: participant('PA_b', [track('TR_b')]) });
      await settle();
      expect(server.requests('offer')).toHaveLength(0);
      expect(server.slots.get('1')).toBe('TR_b');
    });

    it('stop growing at the limit of the server, and serve who waits when one becomes free', async () => {
      server.maxSlots = 2;
      server.others = [grace()];
      await joined(server, [], { initialSlotPairs: 1 });
      server.socket.receive({ type: 'participant-joined', participant: participant('PA_b', [track('TR_b')]) });
      await settle();
      expect(server.requests('offer')).toHaveLength(0);
      server.socket.receive({ type: 'participant-left', participantId: 'PA_grace' });
      await settle();
      expect(server.slots.get('1')).toBe('TR_b');
    });

    it('do not grow for ever when the server refuses', async () => {
      server.refuse.set('offer', 'slot-limit');
      await joined(server, [], { initialSlotPairs: 1 });
      for (const name of ['a', 'b']) {
        server.socket.receive({
          type: 'participant-joined',
          participant: participant(`PA_${name}`, [track(`TR_${name}`)]),
        });
      }
      await settle();
      expect(server.requests('offer')).toHaveLength(1);
      expect(server.peer.signalingState).toBe('stable');
      expect(server.slots.get('1')).toBe('TR_a');
    });

    it('lose a track that the server ended, but not the one that came after it', async () => {
      server.others = [grace()];
      const room = await joined(server);
      const remote = room.participants[0]!.track('camera')!;
      server.socket.receive({ type: 'slot-ended', slot: '1', trackId: 'TR_before' });
      expect(remote.mediaStreamTrack).not.toBeNull();
      server.socket.receive({ type: 'slot-ended', slot: '1', trackId: 'TR_cam' });
      expect(remote.mediaStreamTrack).toBeNull();
      expect(server.requests('unsubscribe')).toHaveLength(0);
    });

    it('are asked for again when the server was too busy', async () => {
      server.refuse.set('subscribe', 'overloaded');
      server.others = [grace()];
      await joined(server);
      server.refuse.delete('subscribe');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(server.slots.get('1')).toBe('TR_cam');
    });
  });

  describe('participants', () => {
    it('change by newer versions only', async () => {
      server.others = [grace(5)];
      const room = await joined(server);
      server.socket.receive({ type: 'participant-updated', participant: grace(4, { muted: true }) });
      expect(room.participants[0]!.track('camera')!.muted).toBe(false);
      server.socket.receive({ type: 'participant-updated', participant: grace(6, { muted: true }) });
      expect(room.participants[0]!.track('camera')!.muted).toBe(true);
    });

    it('speak and fall silent', async () => {
      server.others = [grace()];
      const room = await joined(server);
      const heard: string[][] = [];
      room.on('speakers', (speakers) => heard.push(speakers.map((speaker) => speaker.name)));
      server.socket.receive({
        type: 'speakers',
        speakers: [
          { participantId: 'PA_self', level: 0.1 },
          { participantId: 'PA_grace', level: 0.4 },
        ],
      });
      expect(room.localParticipant.isSpeaking).toBe(true);
      server.socket.receive({ type: 'speakers', speakers: [] });
      expect(heard).toEqual([['PA_grace', 'Me'], []]);
    });
  });

  describe('publishing', () => {
    it('adds a section by a new offer, and uses it again after unpublishing', async () => {
      const room = await joined(server);
      const first = camera();
      await room.localParticipant.publish(first);
      expect(server.requests('offer').at(-1)!.tracks).toEqual([{ mid: '8', source: 'camera' }]);
      await room.localParticipant.unpublish(first);
      expect(first.isLive).toBe(false);
      expect(server.requests('offer').at(-1)!.tracks).toEqual([]);
      await room.localParticipant.publish(camera());
      expect(server.requests('offer').at(-1)!.tracks).toEqual([{ mid: '8', source: 'camera' }]);
      expect(server.peer.transceivers).toHaveLength(9);
    });

    it('takes a refused track back', async () => {
      const room = await joined(server);
      server.refuse.set('offer', 'track-limit');
      await expect(room.localParticipant.publish(camera())).rejects.toMatchObject({ code: 'track-limit' });
      expect(room.localParticipant.tracks).toHaveLength(0);
      expect(server.peer.signalingState).toBe('stable');
      server.refuse.clear();
      await room.localParticipant.publish(microphone());
      expect(server.requests('offer').at(-1)!.tracks).toEqual([{ mid: '9', source: 'microphone' }]);
    });

    it('tells when a track is muted', async () => {
      const track = microphone();
      await joined(server, [track]);
      track.mute();
      expect(track.mediaStreamTrack!.enabled).toBe(false);
      await track.unmute();
      await settle();
      expect(server.requests('mute').map(({ muted }) => muted)).toEqual([true, false]);
    });
  });

  describe('when signaling drops', () => {
    it('resumes with the token while media goes on', async () => {
      server.others = [grace()];
      const room = await joined(server, [microphone()]);
      const states: string[] = [];
      room.on('state', (state) => states.push(state));
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(states).toEqual(['reconnecting', 'connected']);
      expect(server.requests('resume')).toMatchObject([{ resumeToken: 'token-1' }]);
      expect(server.requests('join')).toHaveLength(1);
      expect(server.peers).toHaveLength(1);
      expect(server.peer.signalingState).toBe('stable');
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(server.requests('resume').at(-1)).toMatchObject({ resumeToken: 'token-2' });
    });

    it('keeps trying with growing waits until the server is back', async () => {
      const room = await joined(server);
      server.reachable = false;
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(60_000);
      const attempts = server.sockets.length - 1;
      expect(attempts).toBeGreaterThan(10);
      expect(attempts).toBeLessThan(35);
      expect(room.state).toBe('reconnecting');
      server.reachable = true;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(room.state).toBe('connected');
    });

    it('does not wait when the network comes back', async () => {
      const room = await joined(server);
      server.reachable = false;
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(30_000);
      server.reachable = true;
      server.events.dispatchEvent(new Event('online'));
      await settle();
      expect(room.state).toBe('connected');
    });

    it('repeats what the server did not hear of', async () => {
      server.others = [grace()];
      const microphoneTrack = microphone();
      await joined(server, [microphoneTrack]);
      server.socket.drop();
      microphoneTrack.mute();
      server.slots.delete('1');
      server.slots.set('3', 'TR_gone');
      server.others = [grace(2), participant('PA_new', [track('TR_new')])];
      await vi.advanceTimersByTimeAsync(1_000);
      expect(server.muted.get('TR_microphone')).toBe(true);
      expect(Object.fromEntries(server.slots)).toEqual({ '1': 'TR_mic', '2': 'TR_cam', '4': 'TR_new' });
    });

    it('tells who left and came meanwhile', async () => {
      server.others = [grace()];
      const room = await joined(server);
      const left = vi.fn();
      room.on('participant-left', left);
      server.socket.drop();
      server.others = [participant('PA_new')];
      await vi.advanceTimersByTimeAsync(1_000);
      expect(left).toHaveBeenCalledTimes(1);
      expect(room.participants.map(({ id }) => id)).toEqual(['PA_new']);
    });

    it('offers again what was interrupted', async () => {
      const room = await joined(server);
      server.ignore.add('offer');
      const publishing = room.localParticipant.publish(camera());
      await settle();
      server.socket.drop();
      server.ignore.clear();
      await vi.advanceTimersByTimeAsync(1_000);
      await publishing;
      expect(server.requests('offer')).toHaveLength(2);
    });

    it('joins anew with the same tracks when the session has expired', async () => {
      server.others = [grace()];
      const room = await joined(server, [microphone(), camera()]);
      const before = room.participants[0]!.track('camera')!;
      server.sessionAlive = false;
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(room.state).toBe('connected');
      expect(server.peers).toHaveLength(2);
      expect(server.peers[0]!.signalingState).toBe('closed');
      expect(server.requests('join').at(-1)).toMatchObject({
        identity: 'PA_self@example.com',
        tracks: [{ source: 'microphone' }, { source: 'camera' }],
      });
      // The same track object shows the new connection's media.
      expect(room.participants[0]!.track('camera')).toBe(before);
      expect(server.peer.transceivers.map((t) => t.receiver.track)).toContain(before.mediaStreamTrack);
    });

    it('ends when joining anew is refused for good', async () => {
      const room = await joined(server);
      const closed = vi.fn();
      room.on('closed', closed);
      server.sessionAlive = false;
      server.refuse.set('join', 'participant-limit');
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(closed.mock.calls).toMatchObject([[{ code: 'participant-limit' }]]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.requests('join')).toHaveLength(2);
    });

    it('notices a dead connection by an unanswered ping', async () => {
      const room = await joined(server);
      server.ignore.add('ping');
      await vi.advanceTimersByTimeAsync(11_000);
      expect(server.requests('resume')).toHaveLength(1);
      expect(room.state).toBe('connected');
    });
  });

  describe('when media fails', () => {
    it('restarts ICE by a new offer', async () => {
      const room = await joined(server);
      server.peer.become('connected', 'connected');
      expect(room.mediaState).toBe('connected');
      server.peer.become('failed', 'failed');
      await settle();
      expect(server.peer.iceRestarts).toBe(1);
      expect(server.requests('offer')).toHaveLength(1);
      expect(room.mediaState).toBe('interrupted');
    });

    it('joins anew when restarts do not help', async () => {
      await joined(server, [camera()]);
      server.peer.become('failed', 'failed');
      await vi.advanceTimersByTimeAsync(30_000);
      expect(server.requests('leave')).toHaveLength(1);
      expect(server.requests('resume')).toHaveLength(0);
      expect(server.requests('join')).toHaveLength(2);
      expect(server.peers).toHaveLength(2);
    });

    it('waits with the restart until signaling is back', async () => {
      await joined(server);
      server.peer.become('connected', 'connected');
      server.reachable = false;
      server.socket.drop();
      server.peer.become('failed', 'failed');
      await vi.advanceTimersByTimeAsync(20_000);
      expect(server.peer.iceRestarts).toBe(0);
      server.reachable = true;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(server.peer.iceRestarts).toBe(1);
      expect(server.requests('offer')).toHaveLength(1);
    });
  });

  describe('leaving', () => {
    it('tells the server and stops what was captured', async () => {
      const own = camera();
      const room = await joined(server, [own]);
      await room.leave();
      expect(server.requests('leave')).toHaveLength(1);
      expect(own.isLive).toBe(false);
      expect(server.peer.signalingState).toBe('closed');
      expect(room.state).toBe('closed');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(1);
    });

    it('happens at once when the page goes', async () => {
      await joined(server);
      server.events.dispatchEvent(new Event('pagehide'));
      expect(server.requests('leave')).toHaveLength(1);
    });

    it('stops a reconnection', async () => {
      const room = await joined(server);
      server.reachable = false;
      server.socket.drop();
      await vi.advanceTimersByTimeAsync(3_000);
      const sockets = server.sockets.length;
      await room.leave();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(sockets);
    });

    it('is what a kick means', async () => {
      const room = await joined(server);
      const closed = vi.fn();
      room.on('closed', closed);
      server.socket.receive({ type: 'closing', code: 'replaced', message: 'You have joined from another window.' });
      server.socket.drop(1000);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(closed.mock.calls).toMatchObject([[{ code: 'replaced' }]]);
      expect(server.sockets).toHaveLength(1);
    });
  });
});
