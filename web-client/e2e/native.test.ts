import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import type { Caller } from './fixtures/caller.js';
import { EXAMPLES_JAR } from './fixtures/files.js';
import { Testbed } from './fixtures/testbed.js';
import { waitFor } from './fixtures/wait.js';

/** The bars of the examples' test card. */
const BARS = [0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf, 0x101010];
/** By how much a channel may be off after encoders, and after Chromium's conversion of colours. */
const TOLERANCE = 45;
const TONE_HZ = 1_000;

/** Chromium's fake camera shows a figure that opens and closes before a darker green; its microphone beeps. */
const FAKE_CAMERA = { background: 0x008800, figure: 0x4aff14 };
const BEEP_HZ = 400;

const hasInterface = Object.values(networkInterfaces()).some((all) => all?.some((address) => !address.internal));
const problem = !existsSync(EXAMPLES_JAR)
  ? `${EXAMPLES_JAR} is missing`
  : !hasInterface && 'native peers need a network interface besides the loopback one, which libwebrtc ignores';
if (problem) console.warn(`the tests with bots are skipped: ${problem}`);

if (!problem) {
  const bed = Testbed.forThisFile({
    name: 'native',
    program: { jar: EXAMPLES_JAR, command: ['test-card,meter', 'room-1'] },
  });

  test('a bot and a browser see and hear each other', async () => {
    const ann = await bed.join('Ann');
    await ann.sees(['test-card'], 15_000);
    await expectTestCard(ann);
    await expectTone(ann, TONE_HZ);
    await expectFakeCamera('Ann');
    await expectBeeps('Ann');
  });

  async function expectFakeCamera(name: string): Promise<void> {
    await waitFor(
      `the bot sees the fake camera of ${name}`,
      15_000,
      () => bed.server.said(new RegExp(`^seen name="[^"]*${name}"`)).some((line) => isFakeCamera(colours(line))),
      () => bed.server.said(/^seen/).slice(-3),
    );
  }

  async function expectBeeps(name: string): Promise<void> {
    await waitFor(
      `the bot hears the fake microphone of ${name}`,
      15_000,
      () => bed.server.said(new RegExp(`^heard name="[^"]*${name}"`)).some(isBeep),
      () => bed.server.said(/^heard/).slice(-10),
    );
  }
} else {
  test.skip(`bots: ${problem}`, () => undefined);
}

async function expectTestCard(viewer: Caller): Promise<void> {
  await waitFor(
    `${viewer.name} sees the test card`,
    10_000,
    async () => {
      const shown = await bars(viewer);
      return shown.length === BARS.length && shown.every((colour, i) => distance(colour, BARS[i]!) <= TOLERANCE);
    },
    async () => (await bars(viewer)).map(hex),
  );
}

/** The middle of each bar of the test card as the page shows it. */
function bars(viewer: Caller): Promise<number[]> {
  return viewer.page.evaluate((count) => {
    const tile = '.tile[data-local="false"][data-source="camera"][data-name="test-card"]';
    const video = document.querySelector<HTMLVideoElement>(`${tile} video`);
    if (!video || video.videoWidth === 0) return [];
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d')!;
    context.drawImage(video, 0, 0);
    return Array.from({ length: count }, (_, i) => {
      const x = Math.floor(((2 * i + 1) * canvas.width) / (2 * count));
      const [r, g, b] = context.getImageData(x, Math.floor(canvas.height / 3), 1, 1).data;
      return (r! << 16) | (g! << 8) | b!;
    });
  }, BARS.length);
}

/** The loudest frequency of what the page plays of the bot is the tone's, and it is far louder than silence. */
async function expectTone(listener: Caller, hz: number): Promise<void> {
  const peak = await waitFor(`${listener.name} hears the tone`, 10_000, async () => {
    const found = await loudest(listener);
    return found.decibels > -50 && found;
  });
  expect(Math.abs(peak.hz - hz), `${peak.hz} Hz at ${peak.decibels} dB`).toBeLessThan(30);
}

function loudest(listener: Caller): Promise<{ hz: number; decibels: number }> {
  return listener.page.evaluate(async () => {
    const bot = window.parley.room!.participants.find(({ identity, name }) => [identity, name].includes('test-card'));
    const media = bot?.tracks.find(({ kind }) => kind === 'audio')?.mediaStreamTrack;
    if (!media) return { hz: 0, decibels: -Infinity };
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 8_192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(new MediaStream([media])).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    const decibels = Math.max(...spectrum);
    const hz = (spectrum.indexOf(decibels) * context.sampleRate) / analyser.fftSize;
    await context.close();
    return { hz, decibels };
  });
}

function colours(line: string): number[] {
  return (/colours=([\da-f,]+)/.exec(line)?.[1] ?? '').split(',').map((colour) => parseInt(colour, 16));
}

/** Most of it is the background, and the figure is somewhere. */
function isFakeCamera(points: readonly number[]): boolean {
  const near = (colour: number): number => points.filter((point) => distance(point, colour) <= TOLERANCE).length;
  return near(FAKE_CAMERA.background) >= points.length / 2 && near(FAKE_CAMERA.figure) >= 1;
}

function isBeep(line: string): boolean {
  const [, hz, amplitude] = /hz=(\d+) amplitude=(\d+)/.exec(line) ?? [];
  return Math.abs(Number(hz) - BEEP_HZ) <= 40 && Number(amplitude) > 100;
}

function distance(a: number, b: number): number {
  return Math.max(...[16, 8, 0].map((shift) => Math.abs(((a >> shift) & 0xff) - ((b >> shift) & 0xff))));
}

function hex(colour: number): string {
  return colour.toString(16).padStart(6, '0');
}
