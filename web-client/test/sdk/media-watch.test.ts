import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MediaWatch } from '../../src/sdk/media-watch.js';

function watched() {
  const hooks = { stateChanged: vi.fn(), restart: vi.fn(), lost: vi.fn() };
  const watch = new MediaWatch(hooks);
  watch.update('connected', 'connected');
  hooks.stateChanged.mockClear();
  return { watch, hooks };
}

describe('MediaWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lets a disconnection of less than 3 s heal by itself', () => {
    const { watch, hooks } = watched();
    watch.update('disconnected', 'disconnected');
    vi.advanceTimersByTime(2_900);
    watch.update('connected', 'connected');
    vi.advanceTimersByTime(60_000);
    expect(hooks.restart).not.toHaveBeenCalled();
    expect(hooks.stateChanged.mock.calls).toEqual([['interrupted'], ['connected']]);
  });

  it('restarts ICE after 3 s of disconnection', () => {
    const { watch, hooks } = watched();
    watch.update('disconnected', 'disconnected');
    vi.advanceTimersByTime(3_000);
    expect(hooks.restart).toHaveBeenCalledTimes(1);
  });

  it('restarts ICE at once when it failed', () => {
    const { watch, hooks } = watched();
    watch.update('failed', 'failed');
    expect(hooks.restart).toHaveBeenCalledTimes(1);
  });

  it('gives the connection up when three restarts did not help', () => {
    const { watch, hooks } = watched();
    watch.update('failed', 'failed');
    vi.advanceTimersByTime(60_000);
    expect(hooks.restart).toHaveBeenCalledTimes(3);
    expect(hooks.lost).toHaveBeenCalledTimes(1);
  });

  it('gives the connection up when DTLS failed', () => {
    const { watch, hooks } = watched();
    watch.update('connected', 'failed');
    expect(hooks.lost).toHaveBeenCalledTimes(1);
  });

  it('waits while signaling is down, and restarts at once when it is back', () => {
    const { watch, hooks } = watched();
    watch.pause();
    watch.update('failed', 'failed');
    vi.advanceTimersByTime(60_000);
    expect(hooks.restart).not.toHaveBeenCalled();
    expect(hooks.lost).not.toHaveBeenCalled();
    watch.resume();
    expect(hooks.restart).toHaveBeenCalledTimes(1);
  });

  it('leaves a working connection alone when the network changes', () => {
    const { watch, hooks } = watched();
    watch.hurry();
    expect(hooks.restart).not.toHaveBeenCalled();
  });

  it('restarts ICE when the first way is not open in time', () => {
    const hooks = { stateChanged: vi.fn(), restart: vi.fn(), lost: vi.fn() };
    const watch = new MediaWatch(hooks);
    watch.expectConnected(2_500);
    watch.update('checking', 'connecting');
    vi.advanceTimersByTime(2_400);
    expect(hooks.restart).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(hooks.restart).toHaveBeenCalledTimes(1);
  });

  it('leaves a first way alone that opens in time', () => {
    const hooks = { stateChanged: vi.fn(), restart: vi.fn(), lost: vi.fn() };
    const watch = new MediaWatch(hooks);
    watch.expectConnected(2_500);
    watch.update('connected', 'connected');
    watch.expectConnected(2_500);
    vi.advanceTimersByTime(60_000);
    expect(hooks.restart).not.toHaveBeenCalled();
  });
});
