import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingChannel } from '../../src/sdk/signaling-channel.js';
import { FakeSocket, participant } from './fakes.js';

async function openChannel(): Promise<{ channel: SignalingChannel; socket: FakeSocket }> {
  const socket = new FakeSocket();
  const opening = SignalingChannel.open(() => socket);
  socket.open();
  return { channel: await opening, socket };
}

describe('SignalingChannel', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says that the server is unreachable when the socket closes before it opens', async () => {
    const socket = new FakeSocket();
    const opening = SignalingChannel.open(() => socket);
    socket.drop();
    await expect(opening).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  it('says that the server is unreachable when the socket never opens', async () => {
    const opening = SignalingChannel.open(() => new FakeSocket());
    const rejected = expect(opening).rejects.toMatchObject({ code: 'server-unreachable' });
    await vi.advanceTimersByTimeAsync(10_000);
    await rejected;
  });

  it('says that the server is unreachable when its address is not valid', async () => {
    const opening = SignalingChannel.open(() => {
      throw new SyntaxError('bad URL');
    });
    await expect(opening).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  it('matches replies with requests by id, in any order', async () => {
    const { channel, socket } = await openChannel();
    const first = channel.request<'ping'>({ type: 'ping' });
    const second = channel.request<'mute'>({ type: 'mute', trackId: 'TR_1', muted: true });
    expect(socket.sent.map((message) => message.id)).toEqual([1, 2]);
    socket.receive({ type: 'ok', id: 2 });
    socket.receive({ type: 'pong', id: 1 });
    expect(await first).toEqual({ type: 'pong', id: 1 });
    expect(await second).toEqual({ type: 'ok', id: 2 });
  });

  it('rejects with the code of an error reply', async () => {
    const { channel, socket } = await openChannel();
    const request = channel.request<'mute'>({ type: 'mute', trackId: 'TR_1', muted: true });
    socket.receive({ type: 'error', id: 1, code: 'track-not-found', message: 'no such track' });
    await expect(request).rejects.toMatchObject({ code: 'track-not-found', message: 'no such track' });
  });

  it('rejects at once a reply that does not fit its request', async () => {
    const { channel, socket } = await openChannel();
    const wrongType = channel.request<'ping'>({ type: 'ping' });
    socket.receive({ type: 'ok', id: 1 });
    await expect(wrongType).rejects.toMatchObject({ code: 'bad-reply' });
    const wrongShape = channel.request<'offer'>({ type: 'offer', sdp: 'v=0' });
    socket.receiveFrame('{"type":"answer","id":2,"sdp":7}');
    await expect(wrongShape).rejects.toMatchObject({ code: 'bad-reply' });
  });

  it('gives up on a request after its time-out and ignores the late reply', async () => {
    const { channel, socket } = await openChannel();
    const request = expect(channel.request<'ping'>({ type: 'ping' }, 500)).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(501);
    await request;
    socket.receive({ type: 'pong', id: 1 });
    expect(channel.isOpen).toBe(true);
  });

  it('rejects what is under way when the socket drops, and tells once', async () => {
    const { channel, socket } = await openChannel();
    const closed = vi.fn();
    channel.on('closed', closed);
    const request = channel.request<'ping'>({ type: 'ping' });
    socket.drop();
    await expect(request).rejects.toMatchObject({ code: 'connection-lost' });
    channel.close();
    expect(closed).toHaveBeenCalledTimes(1);
    await expect(channel.request<'ping'>({ type: 'ping' })).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('passes notifications on, and survives frames that are no messages', async () => {
    const { channel, socket } = await openChannel();
    const heard = vi.fn();
    const problems = vi.fn();
    channel.on('notification', heard);
    channel.on('problem', problems);
    socket.receiveFrame('{');
    socket.receiveFrame('[]');
    socket.receiveFrame('{"type":"participant-joined"}');
    socket.receiveFrame('{"type":"from-the-future","x":1}');
    socket.receiveFrame('{"type":"toString"}');
    socket.receive({ type: 'participant-joined', participant: participant('PA_1') });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(problems).toHaveBeenCalledTimes(3);
  });

  it('ends itself when a ping stays unanswered', async () => {
    const { channel, socket } = await openChannel();
    const closed = vi.fn();
    channel.on('closed', closed);
    channel.startHeartbeat(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(socket.ofType('ping')).toHaveLength(1);
    socket.receive({ type: 'pong', id: 1 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(closed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(closed).toHaveBeenCalledTimes(1);
  });
});
