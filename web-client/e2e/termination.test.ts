import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TrackProblem } from '../src/sdk/index.js';
import { received, sent, type Caller } from './fixtures/caller.js';
import { expectEverybodyReceivesEverybody, expectSilence, expectSound, MIN_ENCODED_AGAIN_SHARE } from './fixtures/media.js';
import { TcpProxy } from './fixtures/tcp-proxy.js';
import { Testbed } from './fixtures/testbed.js';
import { waitFor } from './fixtures/wait.js';

// Encoding takes the machine for itself.
vi.setConfig({ testTimeout: 120_000 });

/** libwebrtc ignores the loopback interface. */
const hasInterface = Object.values(networkInterfaces()).some((all) => all?.some(({ internal }) => !internal));
if (!hasInterface) console.warn('native termination is not tested: there is no network interface but loopback');

/** Each native connection encodes for itself, and starts with a low estimate. */
const PICTURE_MS = 8_000;

describe.runIf(hasInterface)('termination: native, asked for by one of three', () => {
  const bed = Testbed.forThisFile({ name: 'native-one' });

  test('all see and hear all, and notice a late join, mute, a resumed session and a leave', async () => {
    const way = await TcpProxy.start({ host: '127.0.0.1', port: bed.server.httpPort });
    onTestFinished(() => way.stop());
    // First, as the browser opens its camera in the size that is asked for first.
    const native = { termination: 'native', simulcast: true, video: '640x360' } as const;
    const ben = await bed.open('Ben', { url: way.url, join: true, ...native });
    const ann = await bed.open('Ann', { join: true });
    await everybodySeesEverybody([ann, ben]);
    await expectEverybodyReceivesEverybody([ann, ben], MIN_ENCODED_AGAIN_SHARE);
    const layers = sent(await ben.stats(), 'camera').layers.filter(({ active }) => active);
    expect(layers.map(({ rid }) => rid), 'of two layers the larger is sent').toEqual(['f']);

    const cem = await bed.open('Cem', { join: true });
    await callGoesOn([ann, ben, cem], way);
  });
});

describe.runIf(hasInterface)('termination: native, for the whole server', () => {
  const bed = Testbed.forThisFile({
    name: 'native-all',
    serverArgs: () => ['--termination=native', '--max-native-encodes=12', '--native-udp-ports=21000-21099'],
  });

  test('three see and hear each other, and notice a late join, mute, a resumed session and a leave', async () => {
    const way = await TcpProxy.start({ host: '127.0.0.1', port: bed.server.httpPort });
    onTestFinished(() => way.stop());
    const [ann, ben] = [await bed.open('Ann', { join: true }), await bed.open('Ben', { url: way.url, join: true })];
    await everybodySeesEverybody([ann, ben]);
    const cem = await bed.open('Cem', { join: true });
    await callGoesOn([ann, ben, cem], way);
    const { remoteAddress } = (await ann.stats()).transport!;
    expect(Number(remoteAddress!.split(':').at(-1)), 'a port of the range').toBeGreaterThanOrEqual(21_000);
    expect(Number(remoteAddress!.split(':').at(-1)), 'a port of the range').toBeLessThanOrEqual(21_099);
  });
});

describe.runIf(hasInterface)('termination: auto', () => {
  const bed = Testbed.forThisFile({
    name: 'native-auto',
    serverArgs: () => ['--termination=auto', '--max-native-encodes=2'],
  });

  test('who takes only H264 sees VP9 and AV1 by one bridge each, and is told when there can be no more', async () => {
    const vera = await bed.open('Vera', { join: true, codec: 'vp9' });
    const alan = await bed.open('Alan', { join: true, codec: 'av1' });
    const hana = await bed.open('Hana', { join: true, codec: 'h264', decodesOnly: 'H264' });
    await Promise.all([hana.sees(['Vera', 'Alan'], PICTURE_MS), vera.sees(['Alan', 'Hana'], PICTURE_MS)]);
    await expectEverybodyReceivesEverybody([vera, alan, hana], MIN_ENCODED_AGAIN_SHARE);
    for (const sender of [vera, alan]) {
      const camera = sent(await sender.stats(), 'camera');
      expect(received(await hana.stats(), camera).codec).toBe('H264');
    }
    expect(received(await vera.stats(), sent(await alan.stats(), 'camera')).codec, 'others as it was sent').toBe('AV1');

    const hugo = await bed.open('Hugo', { join: true, codec: 'h264', decodesOnly: 'H264' });
    await hugo.sees(['Vera', 'Alan', 'Hana'], PICTURE_MS);
    expect(await bed.server.metric('parley_native_encodes'), 'a bridge serves all who need it').toBe(2);

    const paul = await bed.open('Paul', { join: true, codec: 'vp8' });
    await hana.seesTile('Paul', { problem: 'native-limit' }, PICTURE_MS);
    expect((await problemOf(hana, paul))?.message).toMatch(/VP8 as H264.*encodes 2 streams already/);
    await expectEverybodyReceivesEverybody([vera, alan, hana], MIN_ENCODED_AGAIN_SHARE);

    await alan.press('leave');
    await hana.seesNoTileOf('Alan', 2_000);
    await Promise.all([hana, hugo].map((viewer) => viewer.sees(['Paul'], PICTURE_MS)));
    await Promise.all([hana.press('leave'), hugo.press('leave')]);
    await waitFor('no bridge is left', 15_000, async () => (await bed.server.metric('parley_native_encodes')) === 0);
  });
});

describe('termination: forward', () => {
  const bed = Testbed.forThisFile({ name: 'native-none' });

  test('who takes only H264 is told why there is no picture in VP9, and that a codec is missing', async () => {
    const vera = await bed.open('Vera', { join: true, codec: 'vp9' });
    const hana = await bed.open('Hana', { join: true, codec: 'h264', decodesOnly: 'H264' });
    await hana.seesTile('Vera', { problem: 'codec-not-negotiated' }, PICTURE_MS);
    expect(await problemOf(hana, vera)).toMatchObject({ codec: 'VP9', accepted: ['H264'] });
    const tile = hana.page.locator('.tile[data-name="Vera"] .tile-trouble');
    expect(await tile.textContent()).toMatch(/VP9.*H264/);
    await vera.sees(['Hana'], PICTURE_MS);
  });
});

/** What `viewer` was told of the other's camera. */
async function problemOf(viewer: Caller, publisher: Caller): Promise<TrackProblem | null> {
  const { trackId } = sent(await publisher.stats(), 'camera');
  return viewer.page.evaluate(
    (id) => window.parley.room!.participants.flatMap(({ tracks }) => tracks).find((track) => track.id === id)!.problem,
    trackId,
  );
}

/** The third has just joined. Ben, behind `way`, mutes, loses signaling for a moment, and leaves. */
async function callGoesOn([ann, ben, cem]: readonly [Caller, Caller, Caller], way: TcpProxy): Promise<void> {
  await everybodySeesEverybody([ann, ben, cem]);
  await expectEverybodyReceivesEverybody([ann, ben, cem], MIN_ENCODED_AGAIN_SHARE);

  await ben.press('microphone');
  await Promise.all([ann, cem].map((other) => other.seesTile(ben.name, { muted: 'true' }, 1_000)));
  await expectSilence(ben, ann);
  await ben.press('microphone');
  await ann.seesTile(ben.name, { muted: 'false' }, 1_000);
  await expectSound(ben, ann);

  const id = await ben.id();
  way.cut();
  await ben.page.waitForSelector('[data-screen="call"][data-state="reconnecting"]');
  way.mend();
  await ben.page.waitForSelector('[data-screen="call"][data-state="connected"]', { timeout: 8_000 });
  expect(await ben.id(), 'the same participant').toBe(id);
  await expectEverybodyReceivesEverybody([ann, ben, cem], MIN_ENCODED_AGAIN_SHARE);

  await ben.press('leave');
  await Promise.all([ann, cem].map((other) => other.seesNoTileOf(ben.name, 1_000)));
  await expectEverybodyReceivesEverybody([ann, cem], MIN_ENCODED_AGAIN_SHARE);
}

async function everybodySeesEverybody(callers: readonly Caller[]): Promise<void> {
  const namesBut = (self: Caller): string[] => callers.filter((other) => other !== self).map(({ name }) => name);
  await Promise.all(callers.map((caller) => caller.sees(namesBut(caller), PICTURE_MS)));
}
