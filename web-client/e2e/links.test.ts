import { afterAll, expect, test } from 'vitest';
import { received, sent, type Caller } from './fixtures/caller.js';
import { SlowHost } from './fixtures/slow-host.js';
import { Testbed } from './fixtures/testbed.js';
import { holdsFor, sinceNow, waitFor } from './fixtures/wait.js';

const FAST_KBPS = 2_000;
/** Too little for 640x360, which takes 500 kbit/s; enough for 320x180 and a voice. */
const SLOW_KBPS = 400;
const FULL_RATE_BPS = 420_000;
const HOLD_MS = 6_000;
const NO_PICTURE_MS = 1_500;

let host: SlowHost | null = null;

const bed = Testbed.forThisFile({
  name: 'links',
  serverArgs: () => {
    if (!SlowHost.isPossible) return [];
    host = SlowHost.start();
    return [`--bind=127.0.0.1,${SlowHost.NEAR}`];
  },
});

afterAll(() => host?.stop());

/** Only root can make a link of a chosen rate. */
test.skipIf(!SlowHost.isPossible)('a subscriber gets what its link carries, and nobody else notices', { timeout: 90_000 }, async () => {
  const url = `http://${SlowHost.NEAR}:${bed.server.httpPort}`;
  const far = await host!.launchBrowser(url);
  try {
    const watching = { join: true, video: 'off', viewport: { width: 1_300, height: 800 } };
    const ann = await bed.open('Ann', { join: true, simulcast: true, video: '640x360' });
    const cem = await bed.open('Cem', watching);
    host!.limit(FAST_KBPS);
    const ben = await bed.open('Ben', { ...watching, url, browser: far });
    await Promise.all([ben, cem].map((caller) => seesAt(caller, ann, 360, 20_000)));
    // The publisher's encoder begins with less.
    await waitFor('Ann sends 360p at its full rate', 20_000, async () => {
      const layers = sent(await ann.stats(), 'camera').layers;
      return layers.some(({ heightPx, targetBitrateBps }) => heightPx === 360 && targetBitrateBps >= FULL_RATE_BPS);
    });
    const freezes = (await pictureOf(ann, cem)).freezeCount;

    host!.limit(SLOW_KBPS);
    const narrowed = sinceNow();
    await seesAt(ben, ann, 180, 5_000);
    console.log(`narrowed: 180p after ${narrowed()} ms; ${await linkOf(ben)}`);
    let frames = 0;
    let lastFrame = sinceNow();
    await holdsFor(HOLD_MS, async () => {
      const picture = await pictureOf(ann, ben);
      if (picture.framesDecoded > frames) lastFrame = sinceNow();
      frames = picture.framesDecoded;
      expect(lastFrame(), 'ms without a picture').toBeLessThan(NO_PICTURE_MS);
    });
    expect((await ben.decisions()).split('\n').some((line) => /360p → 180p: link estimate fell to/.test(line))).toBe(true);

    host!.limit(FAST_KBPS);
    const widened = sinceNow();
    await seesAt(ben, ann, 360, 20_000);
    console.log(`widened: 360p after ${widened()} ms; ${await linkOf(ben)}`);
    const fast = await pictureOf(ann, cem);
    expect(fast.heightPx, 'the picture on the fast link').toBe(360);
    expect(fast.freezeCount, 'freezes on the fast link').toBe(freezes);
  } finally {
    await far.close();
  }
});

async function pictureOf(sender: Caller, viewer: Caller) {
  return received(await viewer.stats(), sent(await sender.stats(), 'camera'));
}

async function seesAt(viewer: Caller, sender: Caller, heightPx: number, timeoutMs: number): Promise<void> {
  const height = async () => (await pictureOf(sender, viewer)).heightPx;
  await waitFor(`${viewer.name} sees ${sender.name} at ${heightPx}p`, timeoutMs, async () => (await height()) === heightPx, height);
}

async function linkOf(caller: Caller): Promise<string> {
  const { link } = await caller.page.evaluate(() => window.parley.room!.explain());
  return `estimate ${Math.round(link.estimateBps / 1_000)} kbit/s (${link.cause})`;
}
