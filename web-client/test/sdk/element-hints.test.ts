// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RemoteTrack } from '../../src/sdk/remote-track.js';
import { track as trackInfo } from './fakes.js';

let resize: ((entries: { target: Element; contentRect: { width: number; height: number } }[]) => void) | null;
let intersect: ((entries: { target: Element; isIntersecting: boolean }[]) => void) | null;

class FakeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

describe('the hint of an attached track', () => {
  let track: RemoteTrack;
  let video: HTMLVideoElement;
  const sized = (width: number, height: number, target: Element = video): void =>
    resize?.([{ target, contentRect: { width, height } }]);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal(
      'ResizeObserver',
      class extends FakeObserver {
        constructor(callback: typeof resize) {
          super();
          resize = callback;
        }
      },
    );
    vi.stubGlobal(
      'IntersectionObserver',
      class extends FakeObserver {
        constructor(callback: typeof intersect) {
          super();
          intersect = callback;
        }
      },
    );
    vi.stubGlobal('devicePixelRatio', 2);
    track = new RemoteTrack('PA_1', trackInfo('TR_1'));
    video = document.createElement('video');
    track.attach(video);
  });
  afterEach(() => {
    track.end();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is its size in device pixels, in steps', () => {
    sized(310, 175);
    vi.advanceTimersByTime(300);
    expect(track.hint).toEqual({ width: 624, height: 352, paused: false });
  });

  it('is told once while a window is being dragged', () => {
    const hints = vi.fn();
    track.on('hint', hints);
    for (let width = 300; width < 400; width += 10) {
      sized(width, 200);
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(300);
    expect(hints).toHaveBeenCalledTimes(1);
  });

  it('is the largest of several elements', () => {
    const second = document.createElement('video');
    track.attach(second);
    sized(100, 100);
    sized(640, 360, second);
    vi.advanceTimersByTime(300);
    expect(track.hint).toMatchObject({ width: 1280, height: 720 });
  });

  it('is paused only when hidden for a while', () => {
    sized(320, 180);
    vi.advanceTimersByTime(300);
    intersect?.([{ target: video, isIntersecting: false }]);
    vi.advanceTimersByTime(1_000);
    expect(track.hint.paused).toBe(false);
    vi.advanceTimersByTime(1_500);
    expect(track.hint.paused).toBe(true);
    intersect?.([{ target: video, isIntersecting: true }]);
    vi.advanceTimersByTime(300);
    expect(track.hint.paused).toBe(false);
  });

  it('is paused when the page is hidden', () => {
    sized(320, 180);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(2_500);
    expect(track.hint.paused).toBe(true);
    hidden.mockRestore();
  });

  it('is paused when no element shows the track any more', () => {
    sized(320, 180);
    track.detach(video);
    vi.advanceTimersByTime(2_500);
    expect(track.hint.paused).toBe(true);
  });
});
