import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../../src/sdk/deferred.js';
import { ParleyError } from '../../src/sdk/errors.js';
import { Negotiator } from '../../src/sdk/negotiator.js';
import { settle } from './fake-server.js';

function controlled() {
  const exchanges: { readonly iceRestart: boolean; readonly done: Deferred<void> }[] = [];
  const negotiator = new Negotiator(({ iceRestart }) => {
    const done = deferred<void>();
    exchanges.push({ iceRestart, done });
    return done.promise;
  });
  negotiator.resume();
  return { negotiator, exchanges };
}

describe('Negotiator', () => {
  it('keeps one offer in flight, and lets what is asked meanwhile share the next', async () => {
    const { negotiator, exchanges } = controlled();
    const first = negotiator.request();
    await settle();
    const second = negotiator.request();
    const third = negotiator.request();
    await settle();
    expect(exchanges).toHaveLength(1);
    exchanges[0]!.done.resolve();
    await first;
    await settle();
    expect(exchanges).toHaveLength(2);
    exchanges[1]!.done.resolve();
    await Promise.all([second, third]);
    await settle();
    expect(exchanges).toHaveLength(2);
  });

  it('repeats after resume() what a lost connection interrupted, with its ICE restart', async () => {
    const { negotiator, exchanges } = controlled();
    const request = negotiator.request({ iceRestart: true });
    await settle();
    exchanges[0]!.done.reject(new ParleyError('connection-lost', 'gone'));
    await settle();
    expect(exchanges).toHaveLength(1);
    negotiator.resume();
    await settle();
    expect(exchanges[1]!.iceRestart).toBe(true);
    exchanges[1]!.done.resolve();
    await request;
  });

  it('tells the caller of a refusal and goes on', async () => {
    const { negotiator, exchanges } = controlled();
    const refused = negotiator.request();
    await settle();
    exchanges[0]!.done.reject(new ParleyError('track-limit', 'too many'));
    await expect(refused).rejects.toMatchObject({ code: 'track-limit' });
    const next = negotiator.request();
    await settle();
    exchanges[1]!.done.resolve();
    await next;
  });

  it('waits while paused, and a join settles what waited', async () => {
    const { negotiator, exchanges } = controlled();
    negotiator.pause();
    const request = negotiator.request();
    await settle();
    expect(exchanges).toHaveLength(0);
    negotiator.settle();
    await request;
  });
});
