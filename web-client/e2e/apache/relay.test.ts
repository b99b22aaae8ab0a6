import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../fixtures/browser.js';
import { Caller } from '../fixtures/caller.js';
import { Coturn } from '../fixtures/coturn.js';
import { expectEverybodyReceivesEverybody } from '../fixtures/media.js';
import { Server } from '../fixtures/server.js';

const TTL_SECONDS = 60;
const SECRET = 'only these two know it';

let turn: Coturn;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  turn = await Coturn.start('relay', SECRET);
  [server, browser] = await Promise.all([
    Server.start('relay', [
      `--bind=127.0.0.1,${turn.address}`,
      `--turn-urls=${turn.url}`,
      `--turn-secret=${SECRET}`,
      `--turn-ttl-seconds=${TTL_SECONDS}`,
    ]),
    launchBrowser(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await turn?.stop();
});

test('two people call with all media through coturn', async () => {
  const callers = await Promise.all(
    ['Ann', 'Ben'].map((name) => Caller.open(browser, server.url, { name, room: 'relay', transport: 'relay', join: true })),
  );
  const [ann, ben] = callers as [Caller, Caller];
  await Promise.all([ann.sees(['Ben'], 10_000), ben.sees(['Ann'], 10_000)]);
  await expectEverybodyReceivesEverybody(callers);
  for (const caller of callers) expect(await localCandidate(caller)).toBe('relay');
  expect(turn.log()).toMatch(new RegExp(`user <\\d+:${await ann.id()}>`));
  await Promise.all(callers.map((caller) => caller.close()));
});

test('credentials are taken until they expire, and not after', async () => {
  const ann = await Caller.open(browser, server.url, { name: 'Ann', room: 'expiry', transport: 'relay', join: true });
  const [given] = await ann.page.evaluate(() => window.parley.room!.peerConnection!.getConfiguration().iceServers!);
  const [expiry, user] = given!.username!.split(':') as [string, string];
  const remainingSeconds = Number(expiry) - Date.now() / 1000;
  expect(remainingSeconds).toBeGreaterThan(TTL_SECONDS - 20);
  expect(remainingSeconds).toBeLessThanOrEqual(TTL_SECONDS);
  expect(user).toBe(await ann.id());

  const over = Math.floor(Date.now() / 1000) - 1;
  expect(await turn.allocates(given!.username!, given!.credential!)).toBe(true);
  expect(await turn.allocates(`${over}:${user}`, turn.sign(`${over}:${user}`)), 'expired, signed well').toBe(false);
  expect(await turn.allocates(`${over + 9_999}:${user}`, given!.credential!), 'expiry put off').toBe(false);
  await ann.close();
});

/** How this end of a caller's media is reached: host, srflx, prflx or relay. */
function localCandidate(caller: Caller): Promise<string> {
  return caller.page.evaluate(async () => {
    const report = [...(await window.parley.room!.peerConnection!.getStats()).values()];
    const pair = report.find((entry) => entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded');
    return report.find((entry) => entry.id === pair?.localCandidateId)?.candidateType ?? 'none';
  });
}
