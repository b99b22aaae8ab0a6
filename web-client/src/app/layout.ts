/** A place in the stage, in CSS pixels. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Between these a picture is cropped to fill its tile; beyond them the tile stays smaller than its cell. */
const MAX_RATIO = 16 / 9;
const MIN_RATIO = 4 / 3;
const MIN_RATIO_UPRIGHT = 4 / 5;

export const GAP_PX = 8;

/** Equal tiles, as large as they can be in the area; a last row that is not full is centred. */
export function gridLayout(
  count: number,
  area: Area,
  gap = GAP_PX,
  minRatio = area.height > area.width ? MIN_RATIO_UPRIGHT : MIN_RATIO,
): Rect[] {
  if (count === 0 || area.width <= 0 || area.height <= 0) return [];
  const { columns, tile } = bestGrid(count, area, gap, minRatio);
  const rows = Math.ceil(count / columns);
  const top = (area.height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (area.width - inRow * tile.width - (inRow - 1) * gap) / 2;
    return {
      left: Math.round(left + (index % columns) * (tile.width + gap)),
      top: Math.round(top + row * (tile.height + gap)),
      width: Math.floor(tile.width),
      height: Math.floor(tile.height),
    };
  });
}

function bestGrid(count: number, area: Area, gap: number, minRatio: number): { columns: number; tile: Area } {
  let best = { columns: 1, tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: Math.max(1, (area.width - (columns - 1) * gap) / columns),
      height: Math.max(1, (area.height - (rows - 1) * gap) / rows),
    };
    const tile = fit(cell, minRatio);
    if (tile.width * tile.height > best.tile.width * best.tile.height) best = { columns, tile };
  }
  return best;
}

function fit(cell: Area, minRatio: number): Area {
  const ratio = cell.width / cell.height;
  if (ratio > MAX_RATIO) return { width: cell.height * MAX_RATIO, height: cell.height };
  if (ratio < minRatio) return { width: cell.width, height: cell.width / minRatio };
  return cell;
}

const STRIP_SHARE = 0.2;
const STRIP_MIN_PX = 112;
const STRIP_MAX_PX = 260;
/** What the stage needs beside the strip, or above it; space beyond that is the strip's. */
const STAGE_RATIO = 16 / 9;
const STAGE_RATIO_UPRIGHT = 4 / 3;

/** One large place, and a strip for the others: beside it where there is width, else below. */
export function stageLayout(others: number, area: Area, gap = GAP_PX): { stage: Rect; strip: Rect[] } {
  const whole = { left: 0, top: 0, width: area.width, height: area.height };
  if (others === 0) return { stage: whole, strip: [] };
  const beside = area.width > area.height;
  const length = beside ? area.width : area.height;
  const wanted = Math.min(STRIP_MAX_PX, Math.max(STRIP_MIN_PX, length * STRIP_SHARE), length / 2);
  const enough = beside ? area.height * STAGE_RATIO : area.width / STAGE_RATIO_UPRIGHT;
  const size = Math.round(Math.max(wanted, length - gap - enough));
  const stage = beside ? { ...whole, width: area.width - size - gap } : { ...whole, height: area.height - size - gap };
  const stripArea = beside ? { width: size, height: area.height } : { width: area.width, height: size };
  const strip = gridLayout(others, stripArea, gap, beside ? MIN_RATIO : undefined).map((rect) => ({
    ...rect,
    left: rect.left + (beside ? stage.width + gap : 0),
    top: rect.top + (beside ? 0 : stage.height + gap),
  }));
  return { stage, strip };
}
