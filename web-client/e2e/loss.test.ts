import { afterAll, expect, test } from 'vitest';
import { received, sent, type Caller } from './fixtures/caller.js';
import { frameRecordOf } from './fixtures/frame-record.js';
import { watchPictures } from './fixtures/media.js';
import { NetworkPath } from './fixtures/network-path.js';
import { Testbed } from './fixtures/testbed.js';
import { sinceNow, waitFor } from './fixtures/wait.js';

const SEED = Number(process.env['E2E_SEED'] ?? 20_260_101);
const LOSS = 0.05;
const DURATION_MS = 30_000;
const MAX_FREEZE_MS = 500;
const MIN_REPAIRED_SHARE = 0.95;

let path: NetworkPath;

const bed = Testbed.forThisFile({
  name: 'loss',
  serverArgs: async () => {
    // Without TCP: where the first checks are lost, it is quicker than UDP, and the media's first second goes that way.
    path = await NetworkPath.start({ loss: LOSS, seed: SEED, tcp: false });
    return path.serverArgs;
  },
});

afterAll(() => path.stop());

test(`video plays for 30 s through 5 % loss each way (seed ${SEED})`, async () => {
  const options = { join: true, recordFrames: true };
  const [ann, ben] = [await bed.open('Ann', options), await bed.open('Ben', options)];
  await Promise.all([ann.sees(['Ben'], 10_000), ben.sees(['Ann'], 10_000)]);
  const ways = [await observe(ann, ben), await observe(ben, ann)];

  const watched = sinceNow();
  await waitFor('30 s have passed', DURATION_MS + 1_000, () => watched() >= DURATION_MS);
  path.udp.heal();
  // A frame more than the last that lost a packet, so that what is on its way has come.
  await waitFor('what is being repaired arrives', 2_000, async () => (await Promise.all(ways.map((way) => way.isCalm()))).every(Boolean));
  for (const way of ways) await way.report();
  for (const way of ways) await way.check();
});

/** Watches what `viewer` gets of the camera of `other`. */
async function observe(viewer: Caller, other: Caller) {
  const trackId = sent(await other.stats(), 'camera');
  const first = await viewer.stats();
  expect(first.transport?.protocol).toBe('udp');
  const before = received(first, trackId);
  const pictures = await watchPictures(viewer, other.name);
  const frames = await frameRecordOf(viewer, before.mid);
  const downlink = path.udp.sentFrom(frames.ssrc);
  expect(downlink.packets, `packets of SSRC ${frames.ssrc} that have passed the proxy`).toBeGreaterThan(0);
  const skip = { packets: downlink.packets, lost: downlink.lost.length };
  const lost = () => downlink.lost.slice(skip.lost);
  const measure = async () => {
    // Only frames that are whole arrive: where one did, each of its lost packets came again.
    const arrived = new Set(await frames.timestamps());
    const repaired = lost().filter(({ timestamp }) => arrived.has(timestamp)).length;
    return { repaired, after: received(await viewer.stats(), trackId), reading: await pictures.read() };
  };
  return {
    async isCalm(): Promise<boolean> {
      const arrived = await frames.timestamps();
      const last = lost().at(-1);
      return last === undefined || arrived.some((timestamp) => ((timestamp - last.timestamp) | 0) > 0);
    },
    async report(): Promise<void> {
      const { repaired, after, reading } = await measure();
      console.log(
        `${other.name} to ${viewer.name}: ${downlink.packets - skip.packets} packets, ${lost().length} lost, ` +
          `${repaired} repaired (${((100 * repaired) / lost().length).toFixed(1)} %); ` +
          `${after.packetsRetransmitted - before.packetsRetransmitted} RTX packets arrived, ` +
          `${after.nackCount - before.nackCount} NACKs, ${after.pliCount - before.pliCount} PLIs; ` +
          `${reading.frames} pictures shown, longest gap ${Math.round(reading.longestGapMs)} ms ` +
          `(the page itself stood still for ${Math.round(reading.longestPauseMs)} ms at most), ` +
          `${after.freezeCount - before.freezeCount} freezes by getStats of ` +
          `${Math.round(after.totalFreezesMs - before.totalFreezesMs)} ms in all (seed ${SEED})`,
      );
    },
    async check(): Promise<void> {
      const { repaired, reading } = await measure();
      expect(lost().length, 'packets lost').toBeGreaterThan(0);
      expect(repaired / lost().length, 'share of the lost packets repaired').toBeGreaterThanOrEqual(MIN_REPAIRED_SHARE);
      expect(reading.longestGapMs, pictures.name).toBeLessThan(MAX_FREEZE_MS);
    },
  };
}
