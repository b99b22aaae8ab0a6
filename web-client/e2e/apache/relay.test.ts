import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../fixtures/browser.js';
import { Caller } from '../fixtures/caller.js';
import { Coturn } from '../fixtures/coturn.js';
import { expectEverybodyReceivesEverybody } from '../fixtures/media.js';
import { Server } from '../fixtures/server.js';
import { waitFor } from '../fixtures/wait.js';

const TTL_SECONDS = 20;
const SECRET = 'only these two know it';

let turn: Coturn;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  turn = await Coturn.start('relay', SECRET);
  [server, browser] = await Promise.all([
    Server.start('relay', [
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
  const callers = await Promise.all(['Ann', 'Ben'].map((name) => join(name, 'relay')));
  const [ann, ben] = callers as [Caller, Caller];
  await Promise.all([ann.sees(['Ben'], 10_000), ben.sees(['Ann'], 10_000)]);
  await expectEverybodyReceivesEverybody(callers);
  for (const caller of callers) expect(await localCandidate(caller)).toBe('relay');
  expect(turn.log()).toMatch(new RegExp(`user <\\d+:${await ann.id()}>`));
  await Promise.all(callers.map((caller) => caller.close()));
});

test('credentials are taken until they expire and not after, and a call that has its relay goes on', async () => {
  const callers = await Promise.all(['Ann', 'Ben'].map((name) => join(name, 'expiry')));
  const [ann, ben] = callers as [Caller, Caller];
  const [given] = await ann.page.evaluate(() => window.parley.room!.peerConnection!.getConfiguration().iceServers!);
  const [username, credential] = [given!.username!, given!.credential!];
  const [expiry, user] = [Number(username.split(':')[0]), username.split(':')[1]];
  expect(user).toBe(await ann.id());
  expect(expiry - Date.now() / 1000, 'as set').toBeLessThanOrEqual(TTL_SECONDS);
  expect(await turn.allocates(username, credential)).toBe(true);
  expect(await turn.allocates(`${expiry + 9_999}:${user}`, credential), 'expiry put off by the client').toBe(false);

  await waitFor('the credentials expire', (TTL_SECONDS + 1) * 1000, () => Date.now() / 1000 > expiry + 1);
  expect(await turn.allocates(username, credential), 'expired').toBe(false);
  const fresh = `${Math.floor(Date.now() / 1000) + TTL_SECONDS}:${user}`;
  expect(await turn.allocates(fresh, turn.sign(fresh)), 'new ones').toBe(true);
  await Promise.all([ann.sees(['Ben'], 1_000), ben.sees(['Ann'], 1_000)]);
  await expectEverybodyReceivesEverybody(callers);
});

function join(name: string, room: string): Promise<Caller> {
  return Caller.open(browser, server.url, { name, room, transport: 'relay', join: true });
}

/** How this end of a caller's media is reached: host, srflx, prflx or relay. */
function localCandidate(caller: Caller): Promise<string> {
  return caller.page.evaluate(async () => {
    const report = [...(await window.parley.room!.peerConnection!.getStats()).values()];
    const pair = report.find((entry) => entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded');
    return report.find((entry) => entry.id === pair?.localCandidateId)?.candidateType ?? 'none';
  });
}
