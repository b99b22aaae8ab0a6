import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../fixtures/browser.js';
import { Caller } from '../fixtures/caller.js';
import { Httpd } from '../fixtures/httpd.js';
import { expectEverybodyReceivesEverybody, watchPictures } from '../fixtures/media.js';
import { freePort } from '../fixtures/network-path.js';
import { Server } from '../fixtures/server.js';
import { holdsFor, sinceNow, waitFor } from '../fixtures/wait.js';

const BACK_WITHIN_MS = 10_000;
/** For what is not measured here. */
const PATIENCE_MS = 10_000;
const NAMES = ['Ann', 'Ben', 'Cem', 'Dora'];

let [httpPort, udpPort] = [0, 0];
let server: Server;
let httpd: Httpd;
let browser: Browser;
let callers: Caller[];
/** What the browser says of pages that break their own Content-Security-Policy. */
const violations: string[] = [];

/** The same ports each time, as in production. */
function startServer(name: string): Promise<Server> {
  return Server.start(name, [
    `--http-port=${httpPort}`,
    `--udp-port=${udpPort}`,
    '--shards=1',
    '--trusted-proxies=127.0.0.1',
  ]);
}

beforeAll(async () => {
  [httpPort, udpPort] = [await freePort(), await freePort()];
  [server, browser] = await Promise.all([startServer('httpd'), launchBrowser()]);
  httpd = await Httpd.start('httpd', httpPort);
  callers = await Promise.all(NAMES.map(open));
});

afterAll(async () => {
  await browser?.close();
  await httpd?.stop();
  await server?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const caller of callers) console.error(`--- ${caller.name}\n${await caller.decisions().catch(String)}\n${JSON.stringify(await caller.stats().catch(String))}`);
});

async function open(name: string): Promise<Caller> {
  const caller = await Caller.open(browser, httpd.url, { name, room: 'front-door' });
  caller.page.on('console', (message) => {
    if (/Content.Security.Policy|Permissions.Policy/i.test(message.text())) violations.push(`${name}: ${message.text()}`);
  });
  await caller.page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`Content-Security-Policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  await caller.join();
  return caller;
}

test('four people call through httpd, with media past it, and no page breaks its policy', async () => {
  await everybodySeesEverybody(PATIENCE_MS);
  await expectEverybodyReceivesEverybody(callers);
  for (const caller of callers) {
    expect(await remoteAddress(caller), `${caller.name}'s media`).toMatch(`udp 127.0.0.1:${udpPort} `);
    expect(await caller.page.evaluate(() => window.crossOriginIsolated), 'isolated from other sites').toBe(true);
    expect(await caller.page.evaluate(() => performance.getEntriesByType('navigation')[0]!.toJSON().nextHopProtocol)).toBe('h2');
  }
  // What a call does not begin with: the screen, the settings, a reaction to a muted microphone.
  const [ann, ben] = [callers[0]!, callers[1]!];
  await ann.press('screen');
  await ben.sees(['Ann'], PATIENCE_MS, 'screen');
  await ann.press('screen');
  expect(violations).toEqual([]);
});

test('a page under this policy cannot do what it forbids, and the test would notice', async () => {
  const caller = await Caller.open(browser, httpd.url, { name: 'Eve', room: 'another' });
  const noticed: string[] = [];
  caller.page.on('console', (message) => noticed.push(message.text()));
  await caller.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "inline"';
    document.head.append(script);
  });
  await waitFor('the browser reports it', 3_000, () => noticed.some((text) => /Content.Security.Policy/i.test(text)));
  expect(await caller.page.title()).not.toBe('inline');
  await caller.close();
});

test('a reload of httpd in mid-call changes nothing for the callers', async () => {
  const ids = await Promise.all(callers.map((caller) => caller.id()));
  const watches = await Promise.all(callers.map((caller, i) => watchPictures(caller, NAMES[(i + 1) % NAMES.length]!)));
  const states = await Promise.all(callers.map(watchStates));
  await httpd.reload();
  await holdsFor(6_000, async () => {
    for (const watch of watches) expect((await watch.read()).sinceLastMs, watch.name).toBeLessThan(1_000);
  });
  expect(await Promise.all(states.map((read) => read())), 'nobody was disconnected for a moment').toEqual(NAMES.map(() => []));
  expect(await Promise.all(callers.map((caller) => caller.id()))).toEqual(ids);
  // Signaling by the old process works, and the new one lets people in.
  await callers[0]!.press('microphone');
  await callers[1]!.seesTile('Ann', { muted: 'true' }, 1_000);
  await callers[0]!.press('microphone');
  const eve = await Caller.open(browser, httpd.url, { name: 'Eve', room: 'front-door', join: true });
  await callers[0]!.sees(['Eve'], PATIENCE_MS);
  await eve.close();
  await callers[0]!.seesNoTileOf('Eve', 30_000);
});

test('when the SFU is killed httpd says so, and all are back within 10 s of its being there again', async () => {
  await server.kill();
  const killed = sinceNow();
  await Promise.all(callers.map(({ page }) => page.waitForSelector('[data-screen="call"][data-state="reconnecting"]')));

  const visitor = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await visitor.newPage();
  const response = await page.goto(`${httpd.url}/healthz`);
  expect(response?.status()).toBe(503);
  expect(response?.headers()['retry-after']).toBe('5');
  expect(await page.locator('h1').textContent()).toBe('Back in a moment');
  expect((await page.goto(`${httpd.url}/r/front-door`))?.status(), 'the client itself is there').toBe(200);
  await visitor.close();

  const starting = sinceNow();
  server = await startServer('httpd-again');
  const ready = sinceNow();
  await Promise.all(callers.map((caller) => caller.joined()));
  await everybodySeesEverybody(BACK_WITHIN_MS);
  console.log(
    `all pictures are back ${ready()} ms after the SFU is ready again, ${starting()} ms after it was started, ` +
      `${killed()} ms after it was killed`,
  );
  await expectEverybodyReceivesEverybody(callers);
  expect(violations).toEqual([]);
});

/** The far end of a caller's media, such as `udp 127.0.0.1:7882 host`. */
function remoteAddress(caller: Caller): Promise<string> {
  return caller.page.evaluate(async () => {
    const report = [...(await window.parley.room!.peerConnection!.getStats()).values()];
    const pair = report.find((entry) => entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded');
    const remote = report.find((entry) => entry.id === pair?.remoteCandidateId);
    return `${remote?.protocol} ${remote?.address}:${remote?.port} ${remote?.candidateType}`;
  });
}

/** The states that a caller's page goes through from now on. */
async function watchStates(caller: Caller): Promise<() => Promise<string[]>> {
  const seen = await caller.page.evaluateHandle(() => {
    const states: string[] = [];
    const screen = document.querySelector<HTMLElement>('[data-screen="call"]')!;
    new MutationObserver(() => states.push(screen.dataset['state'] ?? '')).observe(screen, { attributeFilter: ['data-state'] });
    return states;
  });
  return () => seen.jsonValue();
}

async function everybodySeesEverybody(timeoutMs: number): Promise<void> {
  await Promise.all(callers.map((caller) => caller.sees(NAMES.filter((name) => name !== caller.name), timeoutMs)));
}
