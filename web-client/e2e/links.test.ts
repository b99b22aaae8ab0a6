import type { Browser } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { outputFile } from './fixtures/files.js';
import { received, sent, type Caller } from './fixtures/caller.js';
import { watchPictures } from './fixtures/media.js';
import { SlowHost } from './fixtures/slow-host.js';
import { Testbed } from './fixtures/testbed.js';
import { holdsFor, sinceNow, waitFor } from './fixtures/wait.js';

const API_TOKEN = 'links';
/** Three sizes, of at most 150, 300 and 900 kbit/s. */
const CAMERA = { video: '960x540', simulcast: true };
const FULL_PX = 540;
const WIDE_KBPS = 2_500;
const FITS_WITHIN_MS = 3_000;
/** Probes find a wider link, step by step. */
const WIDENS_WITHIN_MS = 10_000;
const MAX_FREEZE_MS = 1_000;
/** What a link carries, and what fits: beside it two people's voices take 130 kbit/s. */
const STEPS = [
  // Whether the full size fits hangs on what it takes at the moment.
  { kbps: 1_000, heightsPx: [270, FULL_PX], withinMs: FITS_WITHIN_MS, maxGapMs: MAX_FREEZE_MS },
  // A second is the goal here too, and all walks seen keep it, with 0.8 s at most: room is for machines that are busier.
  { kbps: 300, heightsPx: [135], withinMs: FITS_WITHIN_MS, maxGapMs: 1_500 },
  { kbps: WIDE_KBPS, heightsPx: [FULL_PX], withinMs: WIDENS_WITHIN_MS, maxGapMs: MAX_FREEZE_MS },
];
const HOLD_MS = 6_000;
/** A browser that gets no CPU shows no picture, whatever the link carries. */
const BUSY_MS = 250;
const MIN_ESTIMATE = 0.7;
/** 1.1 is meant, and 1.08 the most seen. */
const MAX_ESTIMATE = 1.2;

let host: SlowHost | null = null;
let far: Browser | null = null;

const bed = Testbed.forThisFile({
  name: 'links',
  serverArgs: () => {
    if (!SlowHost.isPossible) return [];
    host = SlowHost.start();
    return [`--bind=127.0.0.1,${SlowHost.NEAR}`, `--api-token=${API_TOKEN}`];
  },
});

afterAll(async () => {
  await far?.close();
  host?.stop();
});

/** Only root can make a link of a chosen rate. */
const testOverLinks = test.skipIf(!SlowHost.isPossible);

testOverLinks('a subscriber gets what its link carries, and nobody else notices', { timeout: 90_000 }, async () => {
  const watching = { join: true, video: 'off', viewport: { width: 1_400, height: 900 } };
  const ann = await bed.open('Ann', { join: true, ...CAMERA });
  const cem = await bed.open('Cem', watching);
  host!.limit(WIDE_KBPS);
  const ben = await openFar('Ben', watching);
  await Promise.all([ben, cem].map((caller) => seesAt(caller, ann, [FULL_PX], 20_000)));
  await settles(ben);
  const fast = await watchPictures(cem, 'Ann');
  const before = await pictureOf(ann, cem);

  for (const step of STEPS) await walk(step, ann, ben);

  const after = await pictureOf(ann, cem);
  expect(after.heightPx, 'the picture on the fast link').toBe(FULL_PX);
  expect(after.freezeCount - before.freezeCount, 'freezes on the fast link').toBe(0);
  const { longestGapMs, longestPauseMs } = await fast.read();
  expect(longestGapMs - longestPauseMs, 'ms without a picture on the fast link').toBeLessThan(MAX_FREEZE_MS / 2);
  expect(await ben.decisions()).toMatch(/p → 135p: link estimate fell to/);
});

/** What the link carries is known, and has been for longer than whoever has lost a layer waits for it. */
async function settles(viewer: Caller): Promise<void> {
  const id = await viewer.id();
  let since = sinceNow();
  await waitFor('what the link carries is known', 20_000, async () => {
    const { link, slots } = await bed.server.explain(bed.room, id, API_TOKEN);
    const isKnown = link.estimateBps > MIN_ESTIMATE * WIDE_KBPS * 1_000 && slots.every((slot) => slot.sent.heightPx === FULL_PX);
    if (!isKnown) since = sinceNow();
    return since() > FITS_WITHIN_MS;
  });
}

/** Somebody at the other end of the link. */
async function openFar(name: string, options: Parameters<Testbed['open']>[1]): Promise<Caller> {
  const url = `http://${SlowHost.NEAR}:${bed.server.httpPort}`;
  far ??= await host!.launchBrowser(url);
  return bed.open(name, { ...options, url, browser: far });
}

/** The link carries another rate from now on. */
async function walk({ kbps, heightsPx, withinMs, maxGapMs }: (typeof STEPS)[number], ann: Caller, ben: Caller): Promise<void> {
  const id = await ben.id();
  const pictures = await watchPictures(ben, 'Ann');
  const before = await pictureOf(ann, ben);
  host!.limit(kbps);
  const changed = sinceNow();
  await seesAt(ben, ann, heightsPx, withinMs);
  const fitsAfterMs = changed();
  const estimates: number[] = [];
  await holdsFor(HOLD_MS, async () => {
    const { link } = await bed.server.explain(bed.room, id, API_TOKEN);
    if (changed() > FITS_WITHIN_MS) estimates.push(link.estimateBps / 1_000 / kbps);
  });
  const [least, most] = [Math.min(...estimates), Math.max(...estimates)];
  const { longestGapMs, longestPauseMs } = await pictures.read();
  const after = await pictureOf(ann, ben);
  const freezes = after.freezeCount - before.freezeCount;
  const percent = (share: number): number => Math.round(100 * share);
  console.log(
    `${kbps} kbit/s: ${after.heightPx}p after ${fitsAfterMs} ms, ${freezes} freezes, longest gap ${Math.round(longestGapMs)} ms, ` +
      `estimate ${percent(least)} to ${percent(most)} %`,
  );
  expect(heightsPx, `the picture at ${kbps} kbit/s`).toContain(after.heightPx);
  if (longestPauseMs < BUSY_MS) expect(longestGapMs, `ms without a picture at ${kbps} kbit/s`).toBeLessThan(maxGapMs);
  // Whoever sees all there is does not put the link to the test: no more is known of it than that it carries that.
  if (after.heightPx === FULL_PX) return;
  expect(least, `estimate at ${kbps} kbit/s`).toBeGreaterThanOrEqual(MIN_ESTIMATE);
  expect(most, `estimate at ${kbps} kbit/s`).toBeLessThanOrEqual(MAX_ESTIMATE);
}

testOverLinks('six people share a link by rank, and who is left out is told by name', { timeout: 90_000 }, async () => {
  const publishing = { join: true, simulcast: true, video: '640x360', hidden: true, audio: 'off' } as const;
  const dana = await bed.open('Dana', { ...publishing, video: 'off' });
  await dana.press('screen');
  const cameras: Caller[] = [];
  for (const name of ['Ann', 'Cem', 'Eve', 'Fay', 'Gus']) cameras.push(await bed.open(name, publishing));
  host!.limit(1_500);
  const ben = await openFar('Ben', { join: true, video: 'off', audio: 'off', viewport: { width: 1_400, height: 900 } });
  await ben.sees(['Dana'], 20_000, 'screen');
  await ben.sees(cameras.map(({ name }) => name), 20_000);

  const heights = async () => ({ screen: await screenHeight(dana, ben), cameras: await cameraHeights(cameras, ben) });
  const screenPx = Math.max(...sent(await dana.stats(), 'screen').layers.map((layer) => layer.heightPx));
  await waitFor(
    'the screen is whole, and the cameras share what is left',
    15_000,
    async () => {
      const { screen, cameras: each } = await heights();
      return screen === screenPx && each.every((height) => height === 180 || height === 360);
    },
    heights,
  );
  await ben.page.screenshot({ path: outputFile('six-people-at-1500.png') });
  console.log(`1500 kbit/s: screen ${screenPx}p, cameras ${(await heights()).cameras.join(', ')}; ${await allocated(ben)}`);

  host!.limit(500);
  const paused = '.tile[data-source="camera"][data-paused="bandwidth"]';
  await waitFor('some cameras are paused, and the screen is not', 10_000, async () => {
    const screens = await ben.tiles('Dana', { source: 'screen', paused: 'bandwidth' });
    return screens === 0 && (await ben.page.locator(paused).count()) > 0;
  });
  const named = await ben.page.locator(paused).allInnerTexts();
  console.log(`500 kbit/s: ${JSON.stringify(await heights())}; paused: ${JSON.stringify(named)}; ${await allocated(ben)}`);
  await ben.page.screenshot({ path: outputFile('six-people-at-500.png') });
  expect(named.length).toBeGreaterThan(0);
  for (const text of named) expect(text).toMatch(/Paused: your connection is too slow for this video\.\s+(Ann|Cem|Eve|Fay|Gus)/);
  expect(await screenHeight(dana, ben)).toBe(screenPx);
});

async function screenHeight(sender: Caller, viewer: Caller): Promise<number> {
  return received(await viewer.stats(), sent(await sender.stats(), 'screen')).heightPx;
}

async function cameraHeights(senders: readonly Caller[], viewer: Caller): Promise<number[]> {
  return Promise.all(senders.map(async (sender) => (await pictureOf(sender, viewer)).heightPx));
}

/** What the server has decided for each slot. */
async function allocated(viewer: Caller): Promise<string> {
  const { link, slots } = await bed.server.explain(bed.room, await viewer.id(), API_TOKEN);
  const each = slots.map((slot) => `${slot.allocated.heightPx}p ${Math.round(slot.allocated.bitrateBps / 1_000)} kbit/s ${slot.state}`);
  return `estimate ${Math.round(link.estimateBps / 1_000)} kbit/s, allocated ${each.join(', ')}`;
}

async function pictureOf(sender: Caller, viewer: Caller) {
  return received(await viewer.stats(), sent(await sender.stats(), 'camera'));
}

async function seesAt(viewer: Caller, sender: Caller, heightsPx: number[], timeoutMs: number): Promise<void> {
  // The slot may not have been given the track yet.
  const height = async () => (await pictureOf(sender, viewer).catch(() => null))?.heightPx;
  const what = `${viewer.name} sees ${sender.name} at ${heightsPx.join(' or ')}p`;
  await waitFor(what, timeoutMs, async () => heightsPx.includes((await height()) ?? 0), height);
}
