import { afterAll, expect, test } from 'vitest';
import { received, sent, type Caller } from './fixtures/caller.js';
import { watchPictures } from './fixtures/media.js';
import { NetworkPath } from './fixtures/network-path.js';
import { Testbed } from './fixtures/testbed.js';
import { sinceNow, waitFor } from './fixtures/wait.js';

const SEED = Number(process.env['E2E_SEED'] ?? 20_260_101);
const LOSS = 0.03;
const MAX_FREEZE_MS = 1_000;
const LARGE = { width: 1_400, height: 900 };
const SMALL = { width: 420, height: 300 };
/** Pictures to be seen before and after each change of layer. */
const WATCHED_FRAMES = 40;
const STOPS_WITHIN_MS = 5_000;
const FULL_WITHIN_MS = 2_000;

let path: NetworkPath;

const lossy = Testbed.forThisFile({
  name: 'layers',
  serverArgs: async () => {
    path = await NetworkPath.start({ loss: LOSS, seed: SEED, tcp: false });
    return path.serverArgs;
  },
});

afterAll(() => path.stop());

test.each([
  { codec: 'vp8', layers: 'simulcast' },
  { codec: 'h264', layers: 'simulcast' },
  { codec: 'vp9', layers: 'simulcast' },
  { codec: 'av1', layers: 'simulcast' },
  { codec: 'vp9', layers: 'L3T3' },
  { codec: 'vp9', layers: 'L3T3_KEY' },
  { codec: 'av1', layers: 'L3T3_KEY' },
] as const)(`$codec in $layers comes through 3 % loss (seed ${SEED})`, async ({ codec, layers }) => {
  const sending = layers === 'simulcast' ? { simulcast: true } : { scalabilityMode: layers };
  const ann = await lossy.open('Ann', { join: true, codec, video: '640x360', audio: 'off', ...sending });
  const ben = await lossy.open('Ben', { join: true, video: 'off', audio: 'off', viewport: LARGE });
  await ben.sees(['Ann'], 10_000);
  await seesAt(ben, ann, 360, 15_000);
  const pictures = await watchPictures(ben, 'Ann');
  const before = await pictureOf(ann, ben);

  await watches(ann, ben);
  await ben.page.setViewportSize(SMALL);
  await seesBelow(ben, ann, 360, 10_000);
  const small = await pictureOf(ann, ben);
  await watches(ann, ben);
  await ben.page.setViewportSize(LARGE);
  await seesAt(ben, ann, 360, 10_000);
  await watches(ann, ben);

  const after = await pictureOf(ann, ben);
  const { longestGapMs, longestPauseMs } = await pictures.read();
  console.log(
    `${codec} in ${layers}: ${after.framesDecoded - before.framesDecoded} frames decoded, ` +
      `${small.heightPx}p when small, longest gap ${Math.round(longestGapMs)} ms (page ${Math.round(longestPauseMs)} ms), ` +
      `${after.nackCount - before.nackCount} NACKs, ${after.pliCount - before.pliCount} PLIs, ` +
      `${after.framesDropped - before.framesDropped} dropped`,
  );
  expect(after.codec.toLowerCase()).toBe(codec);
  expect(longestGapMs, pictures.name).toBeLessThan(MAX_FREEZE_MS);
});

test('a publisher stops the layers that nobody takes, and sends them again at once', async () => {
  path.udp.heal();
  const watching = { video: 'off', audio: 'off', viewport: LARGE } as const;
  const ann = await lossy.open('Ann', { join: true, simulcast: true, video: '960x540', audio: 'off' });
  const ben = await lossy.open('Ben', { join: true, ...watching });
  await seesAt(ben, ann, 540, 15_000);
  await ben.close();
  const left = sinceNow();
  await waitFor('Ann stops her upper layers', STOPS_WITHIN_MS, async () => (await flowing(ann)) <= 135, () => flowing(ann));
  const stoppedMs = left();

  const cem = await lossy.open('Cem', { join: true, ...watching });
  const joined = sinceNow();
  await seesAt(cem, ann, 540, FULL_WITHIN_MS);
  console.log(`upper layers stopped after ${stoppedMs} ms; a newcomer had 540p after ${joined()} ms`);
});

/** The height of the largest layer of which frames are being sent. */
async function flowing(sender: Caller): Promise<number> {
  const framesOf = async () => new Map(sent(await sender.stats(), 'camera').layers.map((layer) => [layer.rid, layer]));
  const before = await framesOf();
  await waitFor('the lowest layer goes on', 2_000, async () => frames((await framesOf()).get('q')) > frames(before.get('q')) + 3);
  const rising = [...(await framesOf())].filter(([rid, layer]) => layer.framesSent > frames(before.get(rid)));
  return Math.max(0, ...rising.map(([, { heightPx }]) => heightPx));
}

function frames(layer: { framesSent: number } | undefined): number {
  return layer?.framesSent ?? 0;
}

async function watches(sender: Caller, viewer: Caller): Promise<void> {
  const from = (await pictureOf(sender, viewer)).framesDecoded;
  const decoded = async () => (await pictureOf(sender, viewer)).framesDecoded - from;
  await waitFor(`${WATCHED_FRAMES} more frames are decoded`, 10_000, async () => (await decoded()) >= WATCHED_FRAMES, decoded);
}

async function pictureOf(sender: Caller, viewer: Caller) {
  return received(await viewer.stats(), sent(await sender.stats(), 'camera'));
}

async function seesAt(viewer: Caller, sender: Caller, heightPx: number, timeoutMs: number): Promise<void> {
  await seesWhere(viewer, sender, `at ${heightPx}p`, timeoutMs, (height) => height === heightPx);
}

async function seesBelow(viewer: Caller, sender: Caller, heightPx: number, timeoutMs: number): Promise<void> {
  await seesWhere(viewer, sender, `below ${heightPx}p`, timeoutMs, (height) => height > 0 && height < heightPx);
}

async function seesWhere(
  viewer: Caller,
  sender: Caller,
  what: string,
  timeoutMs: number,
  fits: (heightPx: number) => boolean,
): Promise<void> {
  const height = async () => (await pictureOf(sender, viewer).catch(() => null))?.heightPx;
  await waitFor(`${viewer.name} sees ${sender.name} ${what}`, timeoutMs, async () => fits((await height()) ?? 0), height);
}
