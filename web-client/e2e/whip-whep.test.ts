import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { PageServer } from './fixtures/page-server.js';
import { Testbed } from './fixtures/testbed.js';
import { waitFor } from './fixtures/wait.js';

/** What pages/whip.html defines. */
interface WhipPage {
  publish(url: string): Promise<string>;
  play(url: string): Promise<string>;
  end(session: string): Promise<number>;
  stat(type: string, kind: string, field: string): Promise<number>;
}

let site: PageServer;

const bed = Testbed.forThisFile({
  name: 'whip-whep',
  serverArgs: async () => {
    site = await PageServer.start();
    return [`--allowed-origins=${site.origin}`];
  },
});

afterAll(() => site.stop());

test('a page that knows only WHIP and WHEP publishes and plays', async () => {
  const url = bed.server.url;
  const [publisher, player] = [await openPage(), await openPage()];
  const app = await bed.open('Ann', { join: true });

  const published = await call(publisher, 'publish', `${url}/whip/${bed.room}?name=Studio`);
  await app.sees(['Studio'], 5_000);
  const played = await call(player, 'play', `${url}/whep/${bed.room}`);
  await waitFor('the player hears something', 5_000, async () => (await stat(player, 'audio', 'totalAudioEnergy')) > 0);
  await waitFor('the player decodes', 5_000, async () => (await stat(player, 'video', 'framesDecoded')) >= 20);
  const [width, height] = [await stat(player, 'video', 'frameWidth'), await stat(player, 'video', 'frameHeight')];
  expect([width, height]).toEqual([320, 180]);

  expect(await call(publisher, 'end', published)).toBe(200);
  await app.seesNoTileOf('Studio', 1_000);
  expect(await call(player, 'end', played)).toBe(200);
  expect(await call(player, 'end', played), 'ended before').toBe(404);
  await app.press('leave');
  await waitFor('the server has nobody left', 5_000, async () => (await bed.server.metric('parley_participants')) === 0);
});

async function openPage(): Promise<Page> {
  const page = await bed.newPage();
  await page.goto(`${site.origin}/whip.html`);
  return page;
}

function call(page: Page, method: 'publish' | 'play', url: string): Promise<string>;
function call(page: Page, method: 'end', url: string): Promise<number>;
function call(page: Page, method: 'publish' | 'play' | 'end', url: string): Promise<string | number> {
  const run = (argument: { method: typeof method; url: string }): Promise<string | number> =>
    (window as unknown as WhipPage)[argument.method](argument.url);
  return page.evaluate(run, { method, url });
}

function stat(page: Page, kind: string, field: string): Promise<number> {
  const run = (argument: { kind: string; field: string }): Promise<number> =>
    (window as unknown as WhipPage).stat('inbound-rtp', argument.kind, argument.field);
  return page.evaluate(run, { kind, field });
}
