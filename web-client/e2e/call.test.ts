import { expect, test } from 'vitest';
import { launchMortalBrowser } from './fixtures/browser.js';
import type { Caller } from './fixtures/caller.js';
import { expectEverybodyReceivesEverybody, expectSilence, expectSound, watchPictures } from './fixtures/media.js';
import { PORTRAITS } from './fixtures/portraits.js';
import { TcpProxy } from './fixtures/tcp-proxy.js';
import { Testbed } from './fixtures/testbed.js';
import { holdsFor, sinceNow, waitFor } from './fixtures/wait.js';

const bed = Testbed.forThisFile({ name: 'call' });

test('the others notice who speaks, mute, camera and screen', async () => {
  const speaker = PORTRAITS.find(({ speaks }) => speaks)!;
  const [ann, ben] = [await bed.open('Ann', { join: true, portrait: speaker }), await bed.open('Ben', { join: true })];
  await everybodySeesEverybody([ann, ben], 6_000); // The server has just been started, and is cold.

  await ben.seesTile('Ann', { muted: 'false', speaking: 'true' }, 3_000);
  await ann.press('microphone');
  await ben.seesTile('Ann', { muted: 'true', speaking: 'false' }, 1_000);
  await expectSilence(ann, ben);
  await ann.press('microphone');
  await ben.seesTile('Ann', { muted: 'false' }, 1_000);
  await expectSound(ann, ben);
  await ben.seesTile('Ann', { speaking: 'true' }, 3_000);

  await ann.press('camera');
  await ben.seesTile('Ann', { video: 'off' }, 1_000);
  await ann.press('camera');
  await ben.sees(['Ann'], 3_000);

  await ann.press('screen');
  await ben.sees(['Ann'], 3_000, 'screen');
  await ben.sees(['Ann'], 0, 'camera');
  const sizes = (await ben.stats()).received.filter(({ kind }) => kind === 'video').map(({ widthPx }) => widthPx);
  expect(new Set(sizes).size, 'two pictures of different sizes').toBe(2);
  await ann.press('screen');
  await waitFor("Ann's screen is gone", 1_000, async () => (await ben.tiles('Ann', { source: 'screen' })) === 0);
  await ben.sees(['Ann'], 0, 'camera');
});

test('three people see and hear each other within 3 s, and a fourth has all pictures within 1 s', async () => {
  const [ann, ben, cem, dora] = await openAll('Ann', 'Ben', 'Cem', 'Dora');
  await ann.join();
  await ben.join();
  await cem.pressJoin();
  const three = sinceNow();
  await everybodySeesEverybody([ann, ben, cem], 3_000);
  console.log(`three: all pictures ${three()} ms after the last button was pressed`);
  await expectEverybodyReceivesEverybody([ann, ben, cem]);

  await dora.pressJoin();
  const pressed = sinceNow();
  await dora.joined();
  const joined = sinceNow();
  await dora.sees(['Ann', 'Ben', 'Cem'], 1_000);
  console.log(`fourth: all pictures ${joined()} ms after it has joined, ${pressed()} ms after the button was pressed`);
  await everybodySeesEverybody([ann, ben, cem, dora], 2_000);
  await expectEverybodyReceivesEverybody([ann, ben, cem, dora]);

  await ben.press('leave');
  await Promise.all([ann, cem, dora].map((caller) => caller.seesNoTileOf('Ben', 1_000)));
});

test('after a page was reloaded the others see one tile, with a picture', async () => {
  const [ann, ben] = [await bed.open('Ann', { join: true }), await bed.open('Ben', { join: true })];
  await everybodySeesEverybody([ann, ben], 3_000);
  const before = await ann.id();
  await ann.page.reload();
  await ann.joined();
  await everybodySeesEverybody([ann, ben], 3_000);
  expect(await ann.id(), 'a new participant').not.toBe(before);
  expect(await ben.tiles('Ann')).toBe(1);
  await expectEverybodyReceivesEverybody([ann, ben]);
});

test('media goes on while signaling is cut for 10 s, and the session is resumed', async () => {
  const way = await TcpProxy.start({ host: '127.0.0.1', port: bed.server.httpPort });
  try {
    const [ann, ben] = [await bed.open('Ann', { url: way.url, join: true }), await bed.open('Ben', { join: true })];
    await everybodySeesEverybody([ann, ben], 3_000);
    const before = await ann.id();
    const pictures = [await watchPictures(ann, 'Ben'), await watchPictures(ben, 'Ann')];

    way.cut();
    await ann.page.waitForSelector('[data-screen="call"][data-state="reconnecting"]');
    await ann.press('microphone'); // What the server cannot hear of now it must hear of later.
    await holdsFor(10_000, async () => {
      for (const watch of pictures) expect((await watch.read()).sinceLastMs, watch.name).toBeLessThan(1_000);
    });
    expect(await ben.tiles('Ann')).toBe(1);

    way.mend();
    await ann.page.waitForSelector('[data-screen="call"][data-state="connected"]', { timeout: 8_000 });
    expect(await ann.id(), 'the same participant').toBe(before);
    await ben.seesTile('Ann', { muted: 'true' }, 1_000);
    await ann.press('microphone');
    await expectEverybodyReceivesEverybody([ann, ben]);
  } finally {
    await way.stop();
  }
});

test('a killed browser is gone within 30 s', async () => {
  const mortal = await launchMortalBrowser();
  const [ann, ben] = [await bed.open('Ann', { browser: mortal.browser, join: true }), await bed.open('Ben', { join: true })];
  await everybodySeesEverybody([ann, ben], 3_000);
  mortal.kill();
  const killed = sinceNow();
  await ben.seesNoTileOf('Ann', 30_000);
  console.log(`killed: gone after ${killed()} ms`);
});

async function openAll<const Names extends readonly string[]>(...names: Names): Promise<{ [K in keyof Names]: Caller }> {
  const callers = [];
  for (const name of names) callers.push(await bed.open(name));
  return callers as { [K in keyof Names]: Caller };
}

async function everybodySeesEverybody(callers: readonly Caller[], timeoutMs: number): Promise<void> {
  const namesBut = (self: Caller): string[] => callers.filter((other) => other !== self).map(({ name }) => name);
  await Promise.all(callers.map((caller) => caller.sees(namesBut(caller), timeoutMs)));
}
