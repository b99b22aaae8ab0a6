import { describe, expect, it } from 'vitest';
import { GAP_PX, gridLayout, stageLayout, type Area, type Rect } from '../../src/app/layout.js';

const areas: readonly Area[] = [
  { width: 1280, height: 660 },
  { width: 390, height: 740 },
  { width: 1920, height: 1000 },
  { width: 700, height: 700 },
  { width: 2560, height: 400 },
];

function overlap(a: Rect, b: Rect): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

function inside(rect: Rect, area: Area): boolean {
  return (
    rect.left >= 0 &&
    rect.top >= 0 &&
    rect.left + rect.width <= area.width + 1 &&
    rect.top + rect.height <= area.height + 1
  );
}

function expectTidy(rects: readonly Rect[], area: Area): void {
  for (const rect of rects) {
    expect(inside(rect, area), `${JSON.stringify(rect)} in ${JSON.stringify(area)}`).toBe(true);
    expect(rect.width).toBeGreaterThan(0);
    expect(rect.height).toBeGreaterThan(0);
  }
  // One expectation for all pairs: of 50 tiles there are 1225, and an expect each takes longer than the layout.
  const overlapping = rects.flatMap((a, i) => rects.slice(i + 1).flatMap((b) => (overlap(a, b) ? [[a, b]] : [])));
  expect(overlapping).toEqual([]);
}

describe('gridLayout', () => {
  it('keeps 1 to 50 tiles inside of any area, apart and equal', () => {
    for (const area of areas) {
      for (let count = 1; count <= 50; count++) {
        const rects = gridLayout(count, area);
        expect(rects).toHaveLength(count);
        expectTidy(rects, area);
        expect(new Set(rects.map(({ width, height }) => `${width}x${height}`)).size).toBe(1);
      }
    }
  });

  it('puts two side by side where it is wide, and one above the other where it is high', () => {
    const [a, b] = gridLayout(2, { width: 1280, height: 660 });
    expect(a!.top).toBe(b!.top);
    const [c, d] = gridLayout(2, { width: 390, height: 740 });
    expect(c!.left).toBe(d!.left);
  });

  it('centres a last row that is not full', () => {
    const rects = gridLayout(3, { width: 1280, height: 660 });
    const [first, , third] = rects;
    expect(third!.top).toBeGreaterThan(first!.top);
    expect(Math.abs(third!.left + third!.width / 2 - 640)).toBeLessThanOrEqual(1);
  });

  it('never crops a picture to less than three quarters of its width on a wide screen', () => {
    for (let count = 1; count <= 20; count++) {
      for (const { width, height } of gridLayout(count, { width: 1280, height: 660 })) {
        expect(width / height).toBeGreaterThan((16 / 9) * 0.74);
        expect(width / height).toBeLessThan((16 / 9) * 1.01);
      }
    }
  });

  it('uses at least half of a usual screen for up to nine people', () => {
    for (let count = 1; count <= 9; count++) {
      const area = { width: 1280, height: 660 };
      const used = gridLayout(count, area).reduce((sum, { width, height }) => sum + width * height, 0);
      expect(used / (area.width * area.height), `${count} tiles`).toBeGreaterThan(0.5);
    }
  });

  it('has nothing to place in no area', () => {
    expect(gridLayout(3, { width: 0, height: 0 })).toEqual([]);
    expect(gridLayout(0, { width: 100, height: 100 })).toEqual([]);
  });
});

describe('stageLayout', () => {
  it('gives the stage most of the area, and keeps the strip apart from it', () => {
    for (const area of areas) {
      for (let others = 1; others <= 30; others++) {
        const { stage, strip } = stageLayout(others, area);
        expect(strip).toHaveLength(others);
        expectTidy([stage, ...strip], area);
      }
    }
    const { stage } = stageLayout(3, { width: 1280, height: 660 });
    expect((stage.width * stage.height) / (1280 * 660)).toBeGreaterThan(0.7);
  });

  it('puts the strip beside the stage where it is wide, else below', () => {
    const wide = stageLayout(2, { width: 1280, height: 660 });
    expect(wide.strip[0]!.left).toBeGreaterThanOrEqual(wide.stage.width + GAP_PX);
    const high = stageLayout(2, { width: 390, height: 740 });
    expect(high.strip[0]!.top).toBeGreaterThanOrEqual(high.stage.height + GAP_PX);
  });

  it('keeps faces lying beside a stage, where the strip itself is upright', () => {
    for (const { width, height } of stageLayout(2, { width: 968, height: 511 }).strip) {
      expect(width / height).toBeGreaterThanOrEqual(1.3);
    }
  });

  it('fills the area when there is nobody else', () => {
    expect(stageLayout(0, { width: 800, height: 600 }).stage).toEqual({ left: 0, top: 0, width: 800, height: 600 });
  });
});
