import { describe, expect, onTestFinished, test } from 'vitest';
import { sent, type Caller } from './fixtures/caller.js';
import { expectEverybodyReceivesEverybody, expectSilence, expectSound, MIN_ENCODED_AGAIN_SHARE } from './fixtures/media.js';
import { TcpProxy } from './fixtures/tcp-proxy.js';
import { Testbed } from './fixtures/testbed.js';

/** Each native connection encodes for itself, and starts with a low estimate. */
const PICTURE_MS = 8_000;

describe('termination: native, asked for by one of three', () => {
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

describe('termination: native, for the whole server', () => {
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
