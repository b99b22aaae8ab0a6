import { expect, test } from 'vitest';
import { received, sent } from './fixtures/caller.js';
import { mediaPath } from './fixtures/media-path.js';
import { expectEverybodyReceivesEverybody } from './fixtures/media.js';
import { Testbed } from './fixtures/testbed.js';

const bed = Testbed.forThisFile({ name: 'codecs' });

test.each(['vp8', 'vp9', 'h264', 'av1'] as const)('a call in %s decodes, encrypted by AES-GCM', async (codec) => {
  const [ann, ben] = [await bed.open('Ann', { codec, join: true }), await bed.open('Ben', { codec, join: true })];
  await Promise.all([ann.sees(['Ben'], 5_000), ben.sees(['Ann'], 5_000)]);
  await expectEverybodyReceivesEverybody([ann, ben]);
  for (const [sender, receiver] of [[ann, ben], [ben, ann]] as const) {
    const stats = await receiver.stats();
    expect(received(stats, sent(await sender.stats(), 'camera')).codec.toLowerCase()).toBe(codec);
    expect(stats.transport?.srtpCipher).toBe('SRTP_AEAD_AES_128_GCM');
    expect(stats.transport?.protocol).toBe('udp');
  }
});

test(`the server says that it uses ${mediaPath.io} and ${mediaPath.crypto}`, async () => {
  expect(await bed.server.metric('parley_io_layer', { layer: mediaPath.io })).toBe(1);
  const cipher = { profile: 'AEAD_AES_128_GCM', provider: mediaPath.crypto };
  expect(await bed.server.metric('parley_srtp_cipher_provider', cipher)).toBe(1);
});

test('the server counts which SRTP profiles were negotiated', async () => {
  expect(await bed.server.metric('parley_srtp_profiles_total', { profile: 'AEAD_AES_128_GCM' })).toBeGreaterThan(0);
  expect(await bed.server.metric('parley_srtp_profiles_total', { profile: 'AES128_CM_SHA1_80' })).toBe(0);
});
