import { test } from 'vitest';
import { projectFile } from './fixtures/files.js';
import { PORTRAITS } from './fixtures/portraits.js';
import { Testbed } from './fixtures/testbed.js';
import { waitFor } from './fixtures/wait.js';

const bed = Testbed.forThisFile({ name: 'screenshot' });

// Only on request, since it changes a file of the repository: E2E_SCREENSHOT=1 npm run e2e -- screenshot
test.runIf(process.env['E2E_SCREENSHOT'])('the picture of a call of four for the README', async () => {
  const names = ['Mei', 'Jonas', 'Amara', 'Luca'];
  const viewport = { width: 1_280, height: 760 };
  const callers = [];
  for (const [i, name] of names.entries()) {
    const portrait = PORTRAITS[i]!;
    callers.push(await bed.open(name, { room: 'design-review', video: '640x360', portrait, viewport, join: true }));
  }
  const [mei] = callers;
  await mei!.sees(['Jonas', 'Amara', 'Luca'], 5_000);
  // Until the estimate of the bandwidth allows a sharp picture.
  await waitFor('every picture is sharp', 30_000, async () => {
    const { received } = await mei!.stats();
    return received.filter(({ kind }) => kind === 'video').every((video) => video.widthPx === 640 && video.framesDecoded > 200);
  });
  await mei!.page.waitForSelector('.tile[data-name="Jonas"][data-speaking="true"]');
  await mei!.page.screenshot({ path: projectFile('docs/images/call.png') });
});
