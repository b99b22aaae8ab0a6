import { describe, expect, it } from 'vitest';
import { translator } from '../../src/app/i18n/index.js';
import { changeOf, changesOf } from '../../src/app/quality-view.js';

type Decision = Parameters<typeof changeOf>[0];

const NOTHING = { widthPx: 0, heightPx: 0, framesPerSecond: 0, bitrateBps: 0 };

function decision(fields: Partial<Decision>): Decision {
  return {
    atMs: 0,
    kind: 'allocation',
    cause: 'none',
    estimateCause: 'delay-steady',
    mid: '3',
    trackId: 'TR_1',
    from: NOTHING,
    to: NOTHING,
    estimateBps: 900_000,
    previousBps: 0,
    queueDelayMs: 0,
    lossShare: 0,
    rttMs: 0,
    tracks: 1,
    waitMs: 0,
    text: '',
    ...fields,
  };
}

describe('changeOf', () => {
  it('says why a keyframe is asked for', () => {
    const asked = decision({ kind: 'keyframe-request', cause: 'receiver' });
    expect(changeOf(asked, translator('en'))).toBe('new picture asked for: your browser misses something');
    expect(changeOf(asked, translator('zh-CN'))).toBe('已请求新的关键帧：您的浏览器缺少数据');
  });

  it('says how long the request waits for another that was just made', () => {
    const asked = decision({ kind: 'keyframe-request', cause: 'layers', waitMs: 249.7 });
    expect(changeOf(asked, translator('en'))).toBe(
      'new picture asked for, to be passed on in 250 ms: another quality needs one to begin with',
    );
  });
});

describe('changesOf', () => {
  it('keeps the last of requests that follow each other, so that they do not hide what else happened', () => {
    const fell = decision({ cause: 'estimate-fell' });
    const first = decision({ kind: 'keyframe-request', cause: 'layers' });
    const last = decision({ kind: 'keyframe-request', cause: 'receiver' });
    const others = decision({ kind: 'keyframe-request', cause: 'receiver', trackId: 'TR_2' });
    expect(changesOf([fell, first, last, others, decision({ kind: 'probe' })])).toEqual([fell, last, others]);
  });
});
