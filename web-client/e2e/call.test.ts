import { expect, test } from 'vitest';
import { framesEncoded, received, sent, type Caller } from './fixtures/caller.js';
import { launchMortalBrowser } from './fixtures/browser.js';
import { projectFile } from './fixtures/files.js';
import { Testbed } from './fixtures/testbed.js';
import { timed, waitFor } from './fixtures/wait.js';
import { expectEverybodyReceivesEverybody } from './fixtures/media.js';

const bed = Testbed.forThisFile({ name: 'call' });

test('three people see and hear each other within 3 s, a fourth has all pictures within 1 s', async () => {
  const [ann, ben, cem] = await Promise.all(['Ann', 'Ben', 'Cem'].map((name) => bed.open(name)));
  const three = [ann!, ben!, cem!];
  for (const caller of three) await caller.join();
  const { tookMs } = await timed(() => everybodySeesEverybody(three, 3_000));
  console.log(`three: all pictures ${tookMs} ms after the last has joined`);
  await expectEverybodyReceivesEverybody(three);

  const dora = await bed.open('Dora');
  const startMs = performance.now();
  await dora.pressJoin();
  await dora.sees(['Ann', 'Ben', 'Cem'], 1_000);
  console.log(`fourth: all pictures ${Math.round(performance.now() - startMs)} ms after the button was pressed`);
  await everybodySeesEverybody([...three, dora], 3_000);
  await expectEverybodyReceivesEverybody([...three, dora]);

  await ben!.press('leave');
  await Promise.all([ann!, cem!, dora].map((caller) => caller.seesNoTileOf('Ben', 1_000)));
});

async function everybodySeesEverybody(callers: readonly Caller[], timeoutMs: number): Promise<void> {
  await Promise.all(
    callers.map((caller) =>
      caller.sees(
        callers.filter((other) => other !== caller).map((other) => other.name),
        timeoutMs,
      ),
    ),
  );
}
void [expect, framesEncoded, received, sent, launchMortalBrowser, projectFile, waitFor];
