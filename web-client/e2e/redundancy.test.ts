import { expect, test } from 'vitest';
import { received, sent, type Caller } from './fixtures/caller.js';
import { expectSound } from './fixtures/media.js';
import { Testbed } from './fixtures/testbed.js';

const bed = Testbed.forThisFile({ name: 'redundancy' });

/** Chromium's statistics name what redundancy holds, so that only sizes tell of it: bytes of payload a packet. */
async function packetSize(speaker: Caller, listener: Caller): Promise<number> {
  const microphone = sent(await speaker.stats(), 'microphone');
  const { bytesReceived, packetsReceived } = received(await listener.stats(), microphone);
  return bytesReceived / packetsReceived;
}

test('redundant audio is heard by those who take it and, as plain Opus, by those who do not', async () => {
  const ann = await bed.open('Ann', { redundancy: 'sent', join: true });
  const ben = await bed.open('Ben', { join: true });
  const cal = await bed.open('Cal', { redundancy: 'refused', join: true });
  await Promise.all([ben.sees(['Ann', 'Cal'], 10_000), cal.sees(['Ann', 'Ben'], 10_000)]);
  await Promise.all([expectSound(ann, ben), expectSound(ann, cal), expectSound(cal, ann), expectSound(ben, cal)]);
  expect(await packetSize(ann, ben)).toBeGreaterThan(1.6 * (await packetSize(ann, cal)));
  expect(await packetSize(cal, ann)).toBeLessThan(1.3 * (await packetSize(ann, cal)));
});
