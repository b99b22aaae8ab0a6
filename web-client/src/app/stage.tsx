import type { Room } from '../sdk/index.js';
import { useSize } from './hooks.js';
import { useLocale } from './i18n/index.js';
import { gridLayout, stageLayout, type Area, type Rect } from './layout.js';
import { Tile } from './tile.js';
import { stagedTile, tilesOf, type TileModel } from './tiles.js';

/** All tiles, laid out to fill the space: a grid, or a shared screen with the others in a strip. */
export function Stage({ room, ownName }: { readonly room: Room; readonly ownName: string }) {
  const { t } = useLocale();
  const { ref, area } = useSize<HTMLDivElement>();
  const tiles = tilesOf(room);
  const rects = place(tiles, area);
  return (
    <div ref={ref} class="stage" role="group" aria-label={t('call.grid')} data-tiles={tiles.length}>
      {tiles.map((tile) => {
        const rect = rects.get(tile);
        return rect && <Tile key={tile.key} tile={tile} rect={rect} ownName={ownName} />;
      })}
    </div>
  );
}

function place(tiles: readonly TileModel[], area: Area): Map<TileModel, Rect> {
  const staged = stagedTile(tiles);
  if (!staged) return zip(tiles, gridLayout(tiles.length, area));
  const others = tiles.filter((tile) => tile !== staged);
  const { stage, strip } = stageLayout(others.length, area);
  return zip([staged, ...others], [stage, ...strip]);
}

function zip(tiles: readonly TileModel[], rects: readonly Rect[]): Map<TileModel, Rect> {
  const placed = new Map<TileModel, Rect>();
  tiles.forEach((tile, index) => {
    const rect = rects[index];
    if (rect && rect.width > 0) placed.set(tile, rect);
  });
  return placed;
}
