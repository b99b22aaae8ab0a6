import { afterAll, expect, test } from 'vitest';
import { received, sent } from './fixtures/caller.js';
import { SlowHost } from './fixtures/slow-host.js';
import { Testbed } from './fixtures/testbed.js';
import { sinceNow, waitFor } from './fixtures/wait.js';

/** What Ben's link carries, one after the other; the first is there when Ben joins. */
const STEPS_KBPS = [2_500, 1_000, 300, 1_000, 2_500];
const HOLD_MS = 12_000;

let host: SlowHost | null = null;

const bed = Testbed.forThisFile({
  name: 'links',
  serverArgs: () => {
    if (!SlowHost.isPossible) return [];
    host = SlowHost.start();
    return [`--bind=127.0.0.1,${SlowHost.NEAR}`, '--congestion-control=follow'];
  },
});

afterAll(() => host?.stop());

test.skipIf(!SlowHost.isPossible)('a subscriber gets what its link carries', { timeout: 180_000 }, async () => {
  const url = `http://${SlowHost.NEAR}:${bed.server.httpPort}`;
  const far = await host!.launchBrowser(url);
  const viewport = { width: 2200, height: 1300 };
  const ann = await bed.open('Ann', { join: true, simulcast: true, video: '1280x720' });
  const cem = await bed.open('Cem', { join: true, viewport, video: 'off' });
  await cem.sees(['Ann'], 6_000);
  host!.limit(STEPS_KBPS[0]!);
  const ben = await bed.open('Ben', { join: true, url, browser: far, viewport, video: 'off' });
  await ben.sees(['Ann'], 6_000);
  for (const kbps of STEPS_KBPS) {
    host!.limit(kbps);
    const passed = sinceNow();
    let last = '';
    await waitFor('time', HOLD_MS + 1000, async () => {
      const [at, to, fast] = [await ann.stats(), await ben.stats(), await cem.stats()];
      const explanation = await ben.page.evaluate(() => window.parley.room!.explain());
      const camera = sent(at, 'camera');
      const [slow, quick] = [received(to, camera), received(fast, camera)];
      const line = `${kbps} kbit/s ${passed()} ms: estimate ${Math.round(explanation.link.estimateBps / 1000)} (${explanation.link.cause}), ` +
        `${slow.widthPx}x${slow.heightPx} ${slow.framesPerSecond} fps, freezes ${slow.freezeCount} of ${Math.round(slow.totalFreezesMs)} ms; ` +
        `Cem ${quick.widthPx}x${quick.heightPx} ${quick.framesPerSecond} fps, freezes ${quick.freezeCount}; ` +
        `Ann ${camera.layers.map((l) => `${l.heightPx}p ${Math.round(l.targetBitrateBps / 1000)}`).join(', ')}`;
      if (line !== last) console.log(line);
      last = line;
      await new Promise((done) => setTimeout(done, 500));
      return passed() > HOLD_MS;
    });
  }
  console.log(await ben.decisions());
  expect(1).toBe(1);
});
