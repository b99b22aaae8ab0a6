import { afterAll, expect, test } from 'vitest';
import { expectEverybodyReceivesEverybody } from './fixtures/media.js';
import { NetworkPath } from './fixtures/network-path.js';
import { Testbed } from './fixtures/testbed.js';

let path: NetworkPath;

const bed = Testbed.forThisFile({
  name: 'ice-tcp',
  serverArgs: async () => {
    // A network that lets no UDP through.
    path = await NetworkPath.start({ loss: 1, seed: 1, tcp: true });
    return path.serverArgs;
  },
});

afterAll(() => path.stop());

test('where UDP is blocked the call goes over ICE-TCP', async () => {
  const [ann, ben] = [await bed.open('Ann', { join: true }), await bed.open('Ben', { join: true })];
  await Promise.all([ann.sees(['Ben'], 10_000), ben.sees(['Ann'], 10_000)]);
  await expectEverybodyReceivesEverybody([ann, ben]);
  for (const caller of [ann, ben]) {
    const transport = (await caller.stats()).transport;
    expect(transport?.protocol).toBe('tcp');
    expect(transport?.srtpCipher).toBe('SRTP_AEAD_AES_128_GCM');
  }
  expect(path.udp.uplink.packets, 'the browsers tried UDP').toBeGreaterThan(0);
  expect(path.udp.uplink.lost).toBe(path.udp.uplink.packets);
});
